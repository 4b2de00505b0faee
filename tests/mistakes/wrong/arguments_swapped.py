"""The loss of targets and scores."""

import nn
import optim

nn.seed(34)
x, d = nn.datasets.moons(100, generator=34)
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
sgd = optim.SGD(model.parameters(), lr=0.1)
for epoch in range(5):
    loss = nn.functional.cross_entropy(d, model(x))
    sgd.zero_grad()
    loss.backward()
    sgd.step()
