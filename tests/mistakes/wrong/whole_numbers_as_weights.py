"""The lecture's small network with its numbers rounded, to follow it by hand."""

import numpy as np

from autograd import Tensor

x = np.array([[1, -1]])
w = Tensor([[1, 0], [0, 2]], requires_grad=True)
v = Tensor([[1], [-1]], requires_grad=True)
y = np.tanh(x @ w) @ v
loss = np.sum((y - 1) ** 2)
loss.backward()
print(w.grad, v.grad)
