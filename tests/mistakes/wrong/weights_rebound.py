"""Gradient descent as in the lecture, w <- w - rate * gradient."""

import numpy as np

from autograd import Tensor

rng = np.random.default_rng(11)
x = rng.normal(size=(40, 3))
t = x @ np.array([1.0, 2.0, 3.0])

w = Tensor(np.zeros(3), requires_grad=True)
rate = 0.1
for step in range(20):
    loss = np.mean((x @ w - t) ** 2)
    loss.backward()
    w = w - rate * w.grad
print(w)
