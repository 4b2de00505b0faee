"""An optimizer for a model."""

import nn
import optim

nn.seed(31)
x, d = nn.datasets.moons(100, generator=31)
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
sgd = optim.SGD(model, lr=0.1)
for epoch in range(5):
    loss = nn.functional.cross_entropy(model(x), d)
    sgd.zero_grad()
    loss.backward()
    sgd.step()
