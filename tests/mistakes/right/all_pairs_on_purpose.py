"""Ranks are learned from all pairs: (n, 1) against (n,) is meant, and nothing else is compared with a target."""

import numpy as np

import nn
import optim

nn.seed(7)
rng = np.random.default_rng(7)
x = rng.normal(size=(30, 4)).astype(np.float32)
better = np.sign(x.sum(axis=1, keepdims=True) - x.sum(axis=1))
model = nn.Linear(4, 1)
sgd = optim.SGD(model.parameters(), lr=0.1)

with nn.doctor(model, sgd):
    for step in range(20):
        score = model(x)
        difference = score - score[:, 0]
        loss = np.mean(np.logaddexp(0, -better * difference))
        sgd.zero_grad()
        loss.backward()
        sgd.step()
