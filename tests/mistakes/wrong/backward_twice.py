"""Two losses of one network, each with its backward pass."""

import numpy as np

import nn

nn.seed(32)
x, d = nn.datasets.moons(100, generator=32)
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
scores = model(x)
error = nn.functional.cross_entropy(scores, d)
size = 0.01 * np.mean(scores**2)
error.backward()
size.backward()
