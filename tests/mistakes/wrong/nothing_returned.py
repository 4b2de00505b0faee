"""A model of one layer."""

import numpy as np

import nn

nn.seed(7)


class Line(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(2, 1)

    def forward(self, x):
        self.layer(x)


x = np.random.default_rng(7).normal(size=(20, 2)).astype(np.float32)
model = Line()
loss = nn.functional.mse_loss(model(x), x.sum(axis=1, keepdims=True))
loss.backward()
