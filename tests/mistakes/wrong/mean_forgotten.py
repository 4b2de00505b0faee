"""The squared error of each sample."""

import nn
import optim

nn.seed(29)
x, d = nn.datasets.moons(100, generator=29)
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
sgd = optim.SGD(model.parameters(), lr=0.1)
for epoch in range(5):
    loss = (model(x)[:, 0] - d) ** 2
    sgd.zero_grad()
    loss.backward()
    sgd.step()
