"""Derivatives of functions, and what they share."""

from .arguments import Mode
from .derivatives import elementwise_grad, forward_mode, grad, hessian, hvp, jvp, value_and_grad, vjp
from .jacobians import jacobian
from .recompute import checkpoint
from .trace import check_input

__all__ = [
    "Mode", "check_input", "checkpoint", "elementwise_grad", "forward_mode", "grad", "hessian", "hvp", "jacobian",
    "jvp", "value_and_grad", "vjp",
]  # fmt: skip
