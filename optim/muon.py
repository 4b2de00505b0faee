"""Muon: the momentum of a matrix, made orthogonal.

Convention: PyTorch's, but in single or double precision, where PyTorch rounds to bfloat16 in between. Vectors,
embeddings and output layers belong to another optimizer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from autograd.typing import NDArray

from .optimizer import Optimizer
from .options import NotNegative, Options, Params

__all__ = ["Muon"]

LARGE = 1e15  # squares of such numbers, and sums of many, are far from the end of single precision


class Muon(Optimizer):
    """M ← μ M + (1 - μ) G;  X ← (1 - lr weight_decay) X - lr s orthogonal(M), for matrices X of shape (a, b).

    ``params``           real matrices, or groups of them with options of their own (see ``Optimizer``)
    ``lr``               the learning rate
    ``weight_decay``     the share of X, times lr, that each step takes away
    ``momentum``         μ, the share of M that each step keeps
    ``nesterov``         uses (1 - μ) G + μ M in place of M in the step
    ``ns_coefficients``  the coefficients of ``orthogonal``
    ``eps``              the smallest norm that ``orthogonal`` divides by
    ``ns_steps``         the number of its steps
    ``adjust_lr_fn``     the scale s: "original" (or None) is √max(1, a/b); "match_rms_adamw" is 0.2 √max(a, b), which
                         suits rates and decays that were chosen for AdamW

    Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024; Liu et al., "Muon is scalable for
    LLM training", 2025.
    """

    keeps: Mapping[str, str] = {"momentum_buffer": ""}
    elementwise = False

    def __init__(
        self, params: Params, lr: NotNegative = 1e-3, weight_decay: NotNegative = 0.1, momentum: NotNegative = 0.95,
        nesterov: bool = True, ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: NotNegative = 1e-7, ns_steps: int = 5, adjust_lr_fn: Literal["original", "match_rms_adamw"] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(params, locals())

    def check(self, options: Mapping[str, Any]) -> None:
        super().check(options)
        for p in options.get("params", ()):
            if p.ndim != 2 or p.dtype.kind != "f":
                raise ValueError(f"Muon moves real matrices, not an array of shape {p.shape} and {p.dtype}")

    @staticmethod
    def rule(t: int, x: NDArray[Any], g: NDArray[Any], m: NDArray[Any], o: Options) -> tuple[NDArray[Any], ...]:
        m += (1 - o.momentum) * (g - m)
        direction = orthogonal(g + o.momentum * (m - g) if o.nesterov else m, o.ns_coefficients, o.ns_steps, o.eps)
        a, b = x.shape
        scale = 0.2 * max(a, b) ** 0.5 if o.adjust_lr_fn == "match_rms_adamw" else max(1, a / b) ** 0.5
        x *= 1 - o.lr * o.weight_decay
        x -= o.lr * scale * direction
        return x, m


def orthogonal(m: NDArray[Any], coefficients: tuple[float, float, float], steps: int, eps: float) -> NDArray[Any]:
    """About U Vᵀ, of m = U S Vᵀ: X ← a X + (b A + c A²) X, A = X Xᵀ, brings the singular values near 1.

    Each step (of Newton and Schulz) maps every singular value s to a s + b s³ + c s⁵. The coefficients are steep
    at 0 rather than exact at 1: the results lie between about 0.7 and 1.2.
    """
    a, b, c = coefficients
    x = m.T if m.shape[0] > m.shape[1] else m
    largest = np.max(np.abs(x), initial=0.0)
    scale = np.where(largest > LARGE, largest, np.ones_like(largest))  # else the squares would overflow
    x = x / scale
    x = x / np.maximum(np.sqrt(np.sum(x * x)), eps / scale)
    for _ in range(steps):
        square = x @ x.T
        x = a * x + (b * square + c * (square @ square)) @ x
    return x.T if m.shape[0] > m.shape[1] else x
