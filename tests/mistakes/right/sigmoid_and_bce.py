"""Yes or no: a sigmoid at the end, and the binary cross-entropy of probabilities."""

import numpy as np

import nn
import optim

nn.seed(5)
x, d = nn.datasets.moons(120, generator=5)
target = d.reshape(-1, 1).astype(np.float32)
model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
bce = nn.BCELoss()
adam = optim.Adam(model.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for epoch in range(20):
        loss = bce(model(x), target)
        adam.zero_grad()
        loss.backward()
        adam.step()
