"""Spam or not, from two features."""

import numpy as np

import nn
import optim

nn.seed(4)
x, d = nn.datasets.moons(100, generator=4)
target = d.reshape(-1, 1).astype(np.float32)
model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))
loss_function = nn.BCELoss()
adam = optim.Adam(model.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for epoch in range(10):
        loss = loss_function(model(x), target)
        adam.zero_grad()
        loss.backward()
        adam.step()
