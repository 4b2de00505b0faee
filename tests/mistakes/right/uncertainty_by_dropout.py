"""After training, dropout stays on: twenty guesses tell how sure the network is."""

import numpy as np

import nn
import optim
from autograd import no_grad

nn.seed(28)
x, d = nn.datasets.moons(100, generator=28)
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 2))
adam = optim.Adam(model.parameters(), lr=0.01)
with nn.doctor(model, adam):
    for epoch in range(20):
        loss = nn.functional.cross_entropy(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()

with no_grad():
    guesses = np.stack([nn.functional.softmax(model(x), axis=1) for _ in range(20)])
print(guesses.std(axis=0).max())
