"""The slope of a parabola, as in PyTorch."""

from autograd import Tensor, grad

x = Tensor(3.0, requires_grad=True)
y = x**2
(slope,) = grad(y, x)
