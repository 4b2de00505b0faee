"""Batch normalisation, and one sample at a time."""

import nn
import optim

nn.seed(25)
x, d = nn.datasets.moons(20, generator=25)
model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))
adam = optim.Adam(model.parameters(), lr=0.01)
for inputs, target in nn.DataLoader(x, d, batch_size=1):
    loss = nn.functional.cross_entropy(model(inputs), target)
    adam.zero_grad()
    loss.backward()
    adam.step()
