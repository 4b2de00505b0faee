"""A curve through points, both sides of the error of shape (n, 1)."""

import numpy as np

import nn
import optim

nn.seed(6)
x = np.linspace(-1, 1, 40, dtype=np.float32).reshape(-1, 1)
t = np.sin(3 * x)
model = nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 1))
adam = optim.Adam(model.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for epoch in range(20):
        loss = np.mean((model(x) - t) ** 2)
        adam.zero_grad()
        loss.backward()
        adam.step()
