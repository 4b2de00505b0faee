"""Regression by hand. The weights should start small."""

import numpy as np

from autograd import Tensor

rng = np.random.default_rng(10)
x = rng.normal(size=(40, 3))
t = x @ np.array([1.0, 2.0, 3.0])

w = Tensor(rng.normal(size=3), requires_grad=True) * 0.01
b = Tensor(0.0, requires_grad=True)
for step in range(20):
    loss = np.mean((x @ w + b - t) ** 2)
    loss.backward()
    w.data = w.data - 0.1 * w.grad
    b.data = b.data - 0.1 * b.grad
    w.grad = b.grad = None
