"""The norm of gradients, and shortening those that are too long: what ``optim`` and the training of ``nn`` share.

Convention: gradients are read-only arrays, so a clipped one is a new array.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np

from .core import sharers
from .tensor import Tensor
from .value import Value

__all__ = ["Parameters", "clip_norm", "gradients", "norm_of"]

SMALL = 1e-15  # squares of numbers below this come near the end of single precision

Parameters: TypeAlias = Iterable[Tensor | Value] | Tensor | Value


def clip_norm(
    parameters: Parameters, max_norm: float, order: float = 2.0, eps: float = 0.0, error_if_nonfinite: bool = False
) -> float:
    """g ← g min(1, max_norm / (n + eps)), n = ‖all gradients as one vector‖; returns n.

    Where n is infinite or NaN, the gradients become 0 or NaN; ``error_if_nonfinite`` raises a RuntimeError instead.
    """
    parameters = listed(parameters)
    found = gradients(parameters)
    norm = norm_of([g for _, g in found], order)
    for shared in sharers(parameters):
        norm = shared.norm(norm, order)
    if error_if_nonfinite and not np.isfinite(norm):
        raise RuntimeError(
            f"clip_grad_norm_: the gradients have the norm {norm}, which cannot be clipped to {max_norm}"
        )
    if not norm + eps <= max_norm:
        share = max_norm / (norm + eps)
        for p, g in found:
            p.grad = (_single(g) * share).astype(g.dtype) if _is_half(g) else g * share
    return norm


def gradients(parameters: Parameters) -> list[tuple[Any, Any]]:
    """Each parameter that has a gradient, with the gradient's numbers."""
    found = [(p, p.grad) for p in listed(parameters)]
    return [(p, g.data if isinstance(g, Tensor | Value) else g) for p, g in found if g is not None]


def listed(parameters: Parameters) -> list[Any]:
    """The parameters; a TypeError if they are anything else."""
    if hasattr(parameters, "parameters"):
        raise TypeError(f"clipping takes parameters: model.parameters(), not {type(parameters).__name__}")
    given: Iterable[Any] = [parameters] if isinstance(parameters, Tensor | Value) else parameters
    if not isinstance(given, Iterable) or isinstance(given, str | np.ndarray):
        raise TypeError(f"clipping takes a list of parameters, got {type(parameters).__name__} {parameters!r:.60}")
    given = list(given)
    for p in given:
        if not isinstance(p, Tensor | Value):
            raise TypeError(f"clipping takes tensors and Values, got {type(p).__name__} {p!r:.60} among the parameters")
    return given


def norm_of(arrays: Sequence[Any], order: float = 2.0) -> float:
    """The norm of all numbers as one vector, even where their powers overflow or vanish."""
    arrays = [_single(g) for g in arrays if np.size(g)]
    norm = _of_powers(arrays, order)
    if not (SMALL < norm < math.inf and order in (1, 2, math.inf)):
        largest = max((np.abs(g).max().item() for g in arrays), default=0.0)
        if 0 < largest < math.inf:
            return largest * _of_powers([g / np.float64(largest) for g in arrays], order)
    return norm


def _of_powers(arrays: Sequence[Any], order: float) -> float:
    """(Σ |g|ᵖ)^(1/p) as it stands."""
    with np.errstate(over="ignore"):
        if order == 2:
            return np.sqrt(sum(np.vdot(g, g).real.item() for g in arrays)).item()
        norms = [np.linalg.norm(np.reshape(g, -1), order).item() for g in arrays]
        return np.linalg.norm(np.stack(norms), order).item() if norms else 0.0


def _is_half(g: Any) -> bool:
    return getattr(g, "dtype", None) == np.float16


def _single(g: Any) -> Any:
    """Half precision as single: sums of many numbers, and small shares of them, leave its range."""
    return g.astype(np.float32) if _is_half(g) else g
