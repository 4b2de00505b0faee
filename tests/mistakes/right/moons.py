"""Two moons, as in the first lesson."""

import numpy as np

import nn
import optim

nn.seed(0)
x, d = nn.datasets.moons(200, generator=0)
model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
loss_function = nn.CrossEntropyLoss()
sgd = optim.SGD(model.parameters(), lr=0.5, momentum=0.9)

with nn.doctor(model, sgd):
    for epoch in range(60):
        loss = loss_function(model(x), d)
        sgd.zero_grad()
        loss.backward()
        sgd.step()

assert np.mean(model(x).argmax(1) == d) > 0.9
