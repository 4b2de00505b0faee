"""w <- w - rate * gradient, with tensors and nothing else."""

import numpy as np

import nn
from autograd import Tensor

rng = np.random.default_rng(20)
x = rng.normal(size=(40, 3))
t = x @ np.array([1.0, 2.0, 3.0])
w = Tensor(np.zeros(3), requires_grad=True)

with nn.doctor([w]):
    for step in range(100):
        loss = np.mean((x @ w - t) ** 2)
        w.grad = None
        loss.backward()
        w.data = w.data - 0.1 * w.grad
np.testing.assert_allclose(w.data, [1, 2, 3], atol=1e-3)
