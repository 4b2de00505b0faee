"""A network learns fast with a large learning rate."""

import nn
import optim

nn.seed(15)
x, d = nn.datasets.moons(200, generator=15)
model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 2))
loss_function = nn.CrossEntropyLoss()
adam = optim.Adam(model.parameters(), lr=10.0)

with nn.doctor(model, adam):
    for epoch in range(30):
        loss = loss_function(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
print(loss.item())
