"""A network learns safely with a small learning rate."""

import nn
import optim

nn.seed(16)
x, d = nn.datasets.moons(200, generator=16)
model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
loss_function = nn.CrossEntropyLoss()
sgd = optim.SGD(model.parameters(), lr=1e-9)

with nn.doctor(model, sgd):
    for epoch in range(60):
        loss = loss_function(model(x), d)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
print(loss.item())
