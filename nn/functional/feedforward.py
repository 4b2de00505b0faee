"""The feed-forward network that a transformer applies at each position, as a single operation.

Convention: shapes are (..., in), (..., hidden) and (..., out), weights as in ``linear``. There is one array for the
hidden layer, changed in place, where separate operations would write a new one each.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.declare import Kept, primitive
from autograd.typing import A, Array

from .activations import relu
from .linear import as_rows, linear, sum_rows, times


def _feed_forward(x: Any, w1: Any, b1: Any, w2: Any, b2: Any, kept: Kept | None = None) -> Any:
    """y = W₂ max(W₁ x + b₁, 0) + b₂; the biases may be None."""
    hidden = linear(x, w1, b1)
    np.maximum(hidden, 0, out=hidden)
    if kept is not None:
        kept.hidden = hidden
    return linear(hidden, w2, b2)


def _pull(g: Any, x: Any, w1: Any, b1: Any, w2: Any, b2: Any, tracked: Any, kept: Any = None) -> tuple[Any, ...]:
    """dL/dW₂ = gᵀ h and dL/db₂ = Σ g for the hidden layer h; with d = g W₂ where h > 0 the same for W₁, b₁ and x."""
    hidden = as_rows(relu(linear(x, w1, b1)) if kept is None else kept.hidden)
    shape, g, x = x.shape, as_rows(g), as_rows(x)
    d = g @ w2
    d *= hidden > 0
    return (
        (d @ w1).reshape(shape) if tracked[0] else None,
        d.T @ x if tracked[1] else None,
        sum_rows(d, b1.shape) if tracked[2] else None,
        g.T @ hidden if tracked[3] else None,
        sum_rows(g, b2.shape) if tracked[4] else None,
    )


def _push(tangents: Any, x: Any, w1: Any, b1: Any, w2: Any, kept: Any = None) -> Any:
    by_x, by_w1, by_b1, by_w2, by_b2 = tangents
    hidden = relu(linear(x, w1, b1)) if kept is None else kept.hidden
    d = np.zeros_like(hidden)
    if by_x is not None:
        d = d + times(by_x, w1.T)
    if by_w1 is not None:
        d = d + times(x, by_w1.T)
    if by_b1 is not None:
        d = d + by_b1
    y = times(d * (hidden > 0), w2.T)
    if by_w2 is not None:
        y = y + times(hidden, by_w2.T)
    return y if by_b2 is None else y + by_b2


_operation = primitive(_feed_forward, _pull, _push, inputs=("x", "w1", "b1", "w2", "b2"), joint=True, keeps=True)


def feed_forward(x: Array, w1: A, b1: Array | None, w2: Array, b2: Array | None) -> A:
    """y = W₂ max(W₁ x + b₁, 0) + b₂ for each row of x; the biases may be None."""
    return _operation(x, w1, b1, w2, b2)
