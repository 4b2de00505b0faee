"""Thirty layers, each with a shortcut around it: the gradient comes through."""

import numpy as np

import nn
import optim


class Block(nn.Module):
    def __init__(self, width):
        self.norm = nn.LayerNorm(width)
        self.linear = nn.Linear(width, width)

    def forward(self, x):
        return x + 0.3 * np.tanh(self.linear(self.norm(x)))


nn.seed(23)
x, d = nn.datasets.moons(100, generator=23)
model = nn.Sequential(nn.Linear(2, 10), *[Block(10) for _ in range(28)], nn.Linear(10, 2))
adam = optim.Adam(model.parameters(), lr=0.003)
with nn.doctor(model, adam):
    for epoch in range(15):
        loss = nn.functional.cross_entropy(model(x), d)
        adam.zero_grad()
        loss.backward()
        adam.step()
