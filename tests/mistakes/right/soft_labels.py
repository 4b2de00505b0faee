"""Cross-entropy with probabilities as targets: labels that were smoothed."""

import numpy as np

import nn
import optim

nn.seed(4)
x, d = nn.datasets.blobs(120, generator=4)
target = (0.9 * np.eye(3)[d] + 0.1 / 3).astype(np.float32)
model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 3))
adam = optim.Adam(model.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for epoch in range(20):
        loss = nn.functional.cross_entropy(model(x), target)
        adam.zero_grad()
        loss.backward()
        adam.step()
