"""Chalkgrad's engine: ordinary Python and NumPy expressions, recorded and differentiated."""

from . import linalg, math, memory, neighbour, special  # noqa: F401  (memory and neighbour act once, at import)
from .core import enable_grad, is_grad_enabled, no_grad
from .custom import operation
from .debug import debug, source
from .functional import (
    checkpoint,
    elementwise_grad,
    forward_mode,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from .tensor import Tensor
from .value import Value

__all__ = [
    "Tensor",
    "Value",
    "checkpoint",
    "debug",
    "elementwise_grad",
    "enable_grad",
    "forward_mode",
    "grad",
    "hessian",
    "hvp",
    "is_grad_enabled",
    "jacobian",
    "jvp",
    "linalg",
    "math",
    "no_grad",
    "operation",
    "source",
    "special",
    "value_and_grad",
    "vjp",
]
