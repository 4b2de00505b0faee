"""The last layer starts at zero, so that all classes are equally likely at first."""

import numpy as np

import nn
import optim

nn.seed(27)
x, d = nn.datasets.moons(200, generator=27)
head = nn.Linear(16, 2)
for p in head.parameters():
    p.data = np.zeros_like(p.data)
model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), head)
adam = optim.Adam(model.parameters(), lr=0.02)
with nn.doctor(model, adam):
    for epoch in range(30):
        loss = nn.functional.cross_entropy(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
