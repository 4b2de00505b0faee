"""Fit a line through noisy points."""

import numpy as np

import nn
import optim

rng = np.random.default_rng(0)
x = rng.normal(size=(50, 1)).astype(np.float32)
t = 3 * x - 1 + 0.1 * rng.normal(size=(50, 1)).astype(np.float32)

model = nn.Linear(1, 1, generator=0)
adam = optim.Adam(model.parameters(), lr=0.05)
losses = []
with nn.doctor(model, adam):
    for step in range(10):
        adam.zero_grad()
        loss = nn.functional.mse_loss(model(x), t)
        losses.append(loss.item())
        adam.step()
print(losses[0], "->", losses[-1])
