"""First all points of the one kind, then all of the other, as they lie in their folders."""

import numpy as np

import nn
import optim

nn.seed(42)
x, d = nn.datasets.moons(400, generator=42)
order = np.argsort(d, kind="stable")
x, d = x[order], d[order]
model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
adam = optim.Adam(model.parameters(), lr=0.05)

with nn.doctor(model, adam):
    for epoch in range(2):
        for inputs, targets in nn.DataLoader(x, d, batch_size=32):
            loss = nn.functional.cross_entropy(model(inputs), targets)
            adam.zero_grad()
            loss.backward()
            adam.step()
