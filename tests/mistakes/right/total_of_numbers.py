"""The mean loss of an epoch, summed up as numbers; evaluation in evaluation mode."""

import numpy as np

import nn
import optim
from autograd import no_grad

nn.seed(9)
x, d = nn.datasets.moons(400, generator=9)
x_test, d_test = nn.datasets.moons(100, generator=10)
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 2))
adam = optim.Adam(model.parameters(), lr=0.01)
batches = nn.DataLoader(x, d, batch_size=40, shuffle=True, generator=0)

with nn.doctor(model, adam):
    for epoch in range(3):
        total = 0.0
        model.train()
        for inputs, targets in batches:
            loss = nn.functional.cross_entropy(model(inputs), targets)
            adam.zero_grad()
            loss.backward()
            adam.step()
            total += loss.item()
        model.eval()
        with no_grad():
            accuracy = np.mean(model(x_test).argmax(1) == d_test)
