"""The binary cross-entropy, written out, of predictions that are very sure."""

import numpy as np

import nn
import optim
from nn.training import Trainer


def cross_entropy(y, t):
    return -np.mean(t * np.log(y) + (1 - t) * np.log(1 - y))


nn.seed(35)
x, d = nn.datasets.blobs(64, classes=2, generator=35)
target = d.reshape(-1, 1).astype(np.float32)
model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())
sgd = optim.SGD(model.parameters(), lr=100.0)
trainer = Trainer(model, cross_entropy, sgd, progress=False)
trainer.fit(nn.DataLoader(x, target, batch_size=16, generator=0), epochs=5)
