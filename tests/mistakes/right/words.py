"""Words are numbers of a list, up to 5,000: an embedding takes them as they are."""

import numpy as np

import nn
import optim

nn.seed(15)
rng = np.random.default_rng(15)
words = rng.integers(0, 5000, size=(64, 6))
d = (words[:, 0] > 2500).astype(int)
model = nn.Sequential(nn.Embedding(5000, 8), nn.Flatten(), nn.Linear(48, 2))
adam = optim.Adam(model.parameters(), lr=0.01)

with nn.doctor(model, adam):
    for epoch in range(20):
        loss = nn.functional.cross_entropy(model(words), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
