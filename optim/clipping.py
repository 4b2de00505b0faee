"""Clipping of gradients, between ``backward`` and the optimizer's step.

Convention: PyTorch's names. Gradients are read-only arrays, so a clipped one is a new array.
"""

from __future__ import annotations

import numpy as np

from autograd import Value
from autograd.gradient_norm import Parameters, clip_norm, gradients

from .checks import number
from .mistakes import clipped as told

__all__ = ["clip_grad_norm_", "clip_grad_value_"]


def clip_grad_norm_(
    parameters: Parameters, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> float:
    """g ← g min(1, max_norm / (n + 1e-6)), n = ‖all gradients as one vector‖; returns n.

    ``parameters``          tensors and Values, or one of them; those without a gradient are skipped
    ``max_norm``            the largest norm that the gradients may keep
    ``norm_type``           the order of the norm; ``math.inf`` takes the largest number
    ``error_if_nonfinite``  raise a RuntimeError where n is infinite or NaN; else the gradients become 0 or NaN

    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013.
    """
    _check("clip_grad_norm_", "max_norm", max_norm)
    parameters = told("clip_grad_norm_", parameters)
    return clip_norm(parameters, max_norm, norm_type, 1e-6, error_if_nonfinite)


def clip_grad_value_(parameters: Parameters, clip_value: float) -> None:
    """g ← min(max(g, -clip_value), clip_value), each number by itself.

    ``parameters``  tensors and Values, or one of them; those without a gradient are skipped
    ``clip_value``  the largest size that a number of a gradient may keep
    """
    _check("clip_grad_value_", "clip_value", clip_value)
    parameters = told("clip_grad_value_", parameters)
    for p, g in gradients(parameters):
        if np.iscomplexobj(g):
            raise TypeError("clip_grad_value_: complex numbers have no order; clip_grad_norm_ clips their sizes")
        clipped = np.clip(g, -clip_value, clip_value)
        p.grad = float(clipped) if isinstance(p, Value) else clipped


def _check(function: str, name: str, largest: object) -> None:
    """Refuse a bound that is none."""
    if not number(largest) >= 0:
        raise ValueError(f"{function}: {name} is a number, 0 or above, got {largest!r}")
