"""Gradients that are too long are shortened."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np


def clip_norm(parameters: Sequence[Any], largest: float) -> float:
    """Scale all gradients by min(1, largest / ‖g‖), where g is all of them in one vector; return ‖g‖.

    Pascanu et al., "On the difficulty of training recurrent neural networks", 2013.
    """
    grads = [p.grad.reshape(-1) if hasattr(p.grad, "reshape") else np.array([p.grad]) for p in parameters]
    norm = math.sqrt(sum(float(np.vdot(g, g).real) for g in grads))
    if norm > largest:
        for p in parameters:
            p.grad = p.grad * (largest / norm)
    return norm
