"""The mean loss of an epoch is summed up over its batches."""

import nn
import optim

nn.seed(18)
x, d = nn.datasets.moons(400, generator=18)
model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
loss_function = nn.CrossEntropyLoss()
adam = optim.Adam(model.parameters(), lr=0.01)
batches = nn.DataLoader(x, d, batch_size=40, shuffle=True, generator=0)

with nn.doctor(model, adam):
    for epoch in range(2):
        total = 0.0
        for inputs, targets in batches:
            loss = loss_function(model(inputs), targets)
            adam.zero_grad()
            loss.backward()
            adam.step()
            total += loss
        print(total / len(batches))
