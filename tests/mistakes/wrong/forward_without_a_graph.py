"""Saving memory by no_grad."""

import nn
import optim
from autograd import no_grad

nn.seed(27)
x, d = nn.datasets.moons(100, generator=27)
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
sgd = optim.SGD(model.parameters(), lr=0.5)
for epoch in range(5):
    with no_grad():
        scores = model(x)
        loss = nn.functional.cross_entropy(scores, d)
    sgd.zero_grad()
    loss.backward()
    sgd.step()
