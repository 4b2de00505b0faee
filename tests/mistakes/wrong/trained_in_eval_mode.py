"""Evaluate, then train on: batch normalisation and dropout."""

import numpy as np

import nn
import optim

nn.seed(36)
x, d = nn.datasets.moons(200, generator=36)
model = nn.Sequential(nn.Linear(2, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 2))
loss_function = nn.CrossEntropyLoss()
adam = optim.Adam(model.parameters(), lr=0.01)
model.eval()
print("before", np.mean(model(x).argmax(1) == d))

with nn.doctor(model, adam):
    for epoch in range(10):
        loss = loss_function(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
