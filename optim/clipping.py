"""Clipping of gradients, between ``backward`` and the optimizer's step.

Convention: PyTorch's names. Gradients are read-only arrays: a clipped one is a new one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor, Value


def clip_grad_norm_(
    parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> float:
    """g ← g min(1, max_norm / (n + 1e-6)), n = ‖all gradients as one vector‖; returns n.

    ``parameters`` are tensors and Values, or one of them. ``norm_type`` is the norm's order, ``math.inf`` for the
    largest. Where n is infinite or NaN, the gradients are 0 or NaN after; ``error_if_nonfinite`` raises instead.
    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013.
    """
    found = _gradients(parameters)
    norms = [_norm(np.asarray(g).reshape(-1), norm_type) for _, g in found]
    total = _norm(np.array(norms), norm_type) if norms else 0.0
    if error_if_nonfinite and not math.isfinite(total):
        raise RuntimeError(
            f"clip_grad_norm_: the norm of the gradients is {total}, so none can be scaled to {max_norm}"
        )
    share = max_norm / (total + 1e-6)
    if not share >= 1:
        for p, g in found:
            p.grad = g * share
    return total


def clip_grad_value_(parameters: Any, clip_value: float) -> None:
    """g ← g, but at least -clip_value and at most clip_value, each number by itself."""
    for p, g in _gradients(parameters):
        if np.iscomplexobj(g):
            raise TypeError("clip_grad_value_: complex numbers have no order; clip_grad_norm_ clips their sizes")
        clipped = np.clip(g, -clip_value, clip_value)
        p.grad = float(clipped) if isinstance(p, Value) else clipped


def _gradients(parameters: Any) -> list[tuple[Any, Any]]:
    """The parameters that have a gradient, with its numbers."""
    given: Iterable[Any] = [parameters] if isinstance(parameters, Tensor | Value) else parameters
    found = [(p, p.grad) for p in given]
    return [(p, g.data if isinstance(g, Tensor | Value) else g) for p, g in found if g is not None]


def _norm(row: Any, order: float) -> float:
    """The norm of a vector, also where the squares of its numbers would be too large."""
    with np.errstate(over="ignore"):
        norm = float(np.linalg.norm(row, order))
    if math.isinf(norm):
        largest = float(np.abs(row).max())
        if math.isfinite(largest):
            return largest * float(np.linalg.norm(row / largest, order))
    return norm
