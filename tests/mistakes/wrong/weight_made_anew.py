"""Newton's root of 2 by gradient descent, a number at a time."""

from autograd import Value

w = Value(1.0)
for _ in range(20):
    E = (w * w - 2.0) ** 2
    E.backward()
    w = w - 0.05 * w.grad
