"""Chalkgrad's engine."""

from . import ops
from .core import enable_grad, is_grad_enabled, no_grad
from .tensor import Tensor

__all__ = ["Tensor", "enable_grad", "is_grad_enabled", "no_grad", "ops"]
