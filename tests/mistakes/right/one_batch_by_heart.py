"""A network learns eight samples of one class by heart, as a first test of a program."""

import numpy as np

import nn
import optim

nn.seed(24)
x = np.random.default_rng(24).normal(size=(8, 4)).astype(np.float32)
d = np.zeros(8, dtype=int)
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
adam = optim.Adam(model.parameters(), lr=0.01)
with nn.doctor(model, adam):
    for step in range(60):
        loss = nn.functional.cross_entropy(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
assert loss.item() < 0.05
