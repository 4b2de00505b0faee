"""Chalkgrad's engine: ordinary Python and NumPy expressions, recorded and differentiated."""

from . import ops
from .core import enable_grad, is_grad_enabled, no_grad
from .custom import operation
from .debug import debug, source
from .tensor import Tensor
from .value import Value

__all__ = [
    "Tensor",
    "Value",
    "debug",
    "enable_grad",
    "is_grad_enabled",
    "no_grad",
    "operation",
    "ops",
    "source",
]
