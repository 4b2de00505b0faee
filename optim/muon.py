"""Muon: the momentum of a matrix, made orthogonal.

Convention: PyTorch's, but in the matrix's own precision, where PyTorch rounds to bfloat16 in between. Vectors,
embeddings and output layers belong to another optimizer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from .optimizer import Optimizer


class Muon(Optimizer):
    """M ← μ M + (1 - μ) G;  X ← (1 - lr weight_decay) X - lr s orthogonal(M), for matrices X of shape (a, b).

    With ``nesterov``, (1 - μ) G + μ M takes the place of M in the step. ``adjust_lr_fn`` chooses the scale s:
    √max(1, a/b) ("original"), or 0.2 √max(a, b), with which rates and decays chosen for AdamW can be kept
    ("match_rms_adamw"). Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024; Liu
    et al., "Muon is scalable for LLM training", 2025.
    """

    keeps: ClassVar[Mapping[str, str]] = {"momentum_buffer": ""}
    elementwise = False

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        defaults: dict[str, Any] = {"lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov}
        defaults |= {"ns_coefficients": ns_coefficients, "eps": eps, "ns_steps": ns_steps}
        super().__init__(params, {**defaults, "adjust_lr_fn": adjust_lr_fn})

    def check(self, options: Mapping[str, Any]) -> None:
        super().check(options)
        if options["adjust_lr_fn"] not in (None, "original", "match_rms_adamw"):
            raise ValueError(
                f"Muon: adjust_lr_fn must be 'original' or 'match_rms_adamw', got {options['adjust_lr_fn']!r}"
            )
        for p in options.get("params", ()):
            if p.ndim != 2 or p.dtype.kind != "f":
                raise ValueError(f"Muon moves real matrices, not an array of shape {p.shape} and {p.dtype}")

    @staticmethod
    def rule(
        t: int,
        x: Any,
        g: Any,
        m: Any,
        *,
        lr: float,
        weight_decay: float,
        momentum: float,
        nesterov: bool,
        ns_coefficients: tuple[float, float, float],
        eps: float,
        ns_steps: int,
        adjust_lr_fn: str | None,
    ) -> tuple[Any, ...]:
        m += (1 - momentum) * (g - m)
        direction = orthogonal(g + momentum * (m - g) if nesterov else m, ns_coefficients, ns_steps, eps)
        rows, columns = x.shape
        scale = 0.2 * max(rows, columns) ** 0.5 if adjust_lr_fn == "match_rms_adamw" else max(1, rows / columns) ** 0.5
        x *= 1 - lr * weight_decay
        x -= lr * scale * direction
        return x, m


def orthogonal(m: Any, coefficients: tuple[float, float, float], steps: int, eps: float) -> Any:
    """About U Vᵀ, of m = U S Vᵀ: the singular values are brought near 1 by X ← a X + (b A + c A²) X, A = X Xᵀ.

    Each step (of Newton and Schulz) maps every singular value s to a s + b s³ + c s⁵. The coefficients are steep
    at 0 rather than exact at 1: what comes out lies between about 0.7 and 1.2.
    """
    a, b, c = coefficients
    x = m.T if m.shape[0] > m.shape[1] else m
    x = x / max(float(np.sqrt(np.sum(x * x))), eps)
    for _ in range(steps):
        square = x @ x.T
        x = a * x + (b * square + c * (square @ square)) @ x
    return x.T if m.shape[0] > m.shape[1] else x
