"""Ten layers whose weights are drawn from a normal distribution."""

import numpy as np

import nn
import optim

nn.seed(41)
rng = np.random.default_rng(41)
x, d = nn.datasets.moons(100, generator=41)
model = nn.Sequential(
    nn.Linear(2, 32),
    nn.ReLU(),
    *[layer for _ in range(8) for layer in (nn.Linear(32, 32), nn.ReLU())],
    nn.Linear(32, 2),
)
for p in model.parameters():
    p.data = rng.normal(size=p.shape).astype(np.float32)
sgd = optim.SGD(model.parameters(), lr=0.01)

with nn.doctor(model, sgd):
    for epoch in range(10):
        loss = nn.functional.cross_entropy(model(x), d)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
