"""The mean squared error with NumPy, of a model of one layer."""

import numpy as np

import nn
import optim

rng = np.random.default_rng(7)
x = rng.normal(size=(30, 3)).astype(np.float32)
t = x @ np.array([[1.0], [-2.0], [0.5]], dtype=np.float32)
model = nn.Linear(3, 1, generator=7)
sgd = optim.SGD(model.parameters(), lr=0.1)

with nn.doctor(model, sgd):
    for epoch in range(20):
        y = model(x)
        loss = np.mean((y.data - t) ** 2)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
