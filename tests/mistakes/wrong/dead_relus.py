"""A layer of ReLUs whose bias should make them sparse."""

import numpy as np

import nn
import optim

nn.seed(19)
x, d = nn.datasets.moons(200, generator=19)
hidden = nn.Linear(2, 16)
hidden.bias.data = np.full(16, -10, dtype=np.float32)
model = nn.Sequential(hidden, nn.ReLU(), nn.Linear(16, 2))
loss_function = nn.CrossEntropyLoss()
sgd = optim.SGD(model.parameters(), lr=0.1)

with nn.doctor(model, sgd):
    for epoch in range(30):
        loss = loss_function(model(x), d)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
