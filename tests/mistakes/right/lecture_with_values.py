"""The lecture's network of numbers, with its gradients set back to zero."""

import numpy as np

import nn
from autograd import Value

rng = np.random.default_rng(19)
weights = [Value(w) for w in rng.normal(size=6)]
w1, w2, b1, w3, w4, b2 = weights
x1, x2, y = 1.0, -0.5, 0.8

with nn.doctor(weights):
    for step in range(20):
        u1 = np.tanh(x1 * w1 + x2 * w2 + b1)
        f = u1 * w3 + w4 * x1 + b2
        E = 0.5 * (f - y) ** 2
        for w in weights:
            w.grad = 0.0
        E.backward()
        for w in weights:
            w.data = w.data - 0.1 * w.grad
assert E.data < 0.01
