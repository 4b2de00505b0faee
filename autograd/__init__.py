"""Chalkgrad's engine: ordinary Python and NumPy expressions, recorded and differentiated."""

from . import hips, linalg, malloc, math, special  # noqa: F401  (hips and malloc act once, at import)
from .core import enable_grad, is_grad_enabled, no_grad, repeatable
from .debug import debug, source
from .declare import operation
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
    "Tensor", "Value", "checkpoint", "debug", "elementwise_grad", "enable_grad", "forward_mode", "grad", "hessian",
    "hvp", "is_grad_enabled", "jacobian", "jvp", "linalg", "math", "no_grad", "operation", "repeatable", "source",
    "special", "value_and_grad", "vjp",
]  # fmt: skip
