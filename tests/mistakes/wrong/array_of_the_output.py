"""The error of a model, by a function that was written for arrays."""

import numpy as np

import nn
import optim


def mean_squared_error(y, t):
    y = np.asarray(y, dtype=float)
    return np.mean((y - t) ** 2)


rng = np.random.default_rng(8)
x = rng.normal(size=(30, 3)).astype(np.float32)
t = x.sum(axis=1, keepdims=True)
model = nn.Linear(3, 1, generator=8)
sgd = optim.SGD(model.parameters(), lr=0.1)
for epoch in range(20):
    loss = mean_squared_error(model(x), t)
    sgd.zero_grad()
    loss.backward()
    sgd.step()
