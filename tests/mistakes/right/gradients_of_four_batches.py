"""Gradients are added up over four batches on purpose, then one step follows."""

import nn
import optim

nn.seed(1)
x, d = nn.datasets.moons(200, generator=1)
model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
loss_function = nn.CrossEntropyLoss()
sgd = optim.SGD(model.parameters(), lr=0.5)
batches = nn.DataLoader(x, d, batch_size=25, shuffle=True, generator=1)

with nn.doctor(model, sgd):
    for epoch in range(10):
        for k, (inputs, targets) in enumerate(batches):
            loss = loss_function(model(inputs), targets) / 4
            loss.backward()
            if k % 4 == 3:
                sgd.step()
                sgd.zero_grad()
