"""Normalisation on a GPU: two reductions and one kernel each way, and no question that would wait for the numbers.

Convention: as in ``nn.functional.normalisation.kernel``: x is viewed as (a, k, b) for its groups, and again for its
channels. A number's group is (i / b) % k.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.gpu.kernels import Kernel, tried

__all__ = ["normalise", "pull"]

NORMALISE = Kernel(
    "normalise",
    "T x, raw T mean, raw T scale, raw T weight, raw T bias, int64 k, int64 b, int64 ck, int64 cb, int32 has",
    "T y, T z",
    """
    long long group = (i / b) % k, channel = (i / cb) % ck;
    y = (x - mean[group]) * scale[group];
    z = y;
    if (has & 1) z = z * weight[channel];
    if (has & 2) z = z + bias[channel]
    """,
)
THROUGH = Kernel(  # s (d - Σ d / n - y Σ d y / n)
    "through_normalise", "T d, T y, T mean, T along, T scale", "T by_x", "by_x = (d - mean - y * along) * scale"
)


def normalise(
    x: Any, weight: Any, bias: Any, groups: Any, channels: Any, eps: float, centred: bool = True, kept: Any = None
) -> Any:
    """w (x - m) / √(v + eps) + b."""
    given = [v for v in (x, weight, bias) if v is not None]
    if not tried(*given) or not x.size:
        return NotImplemented
    viewed = x.reshape(groups)
    if centred:
        mean, variance = np.mean(viewed, (0, 2), keepdims=True), np.var(viewed, (0, 2), keepdims=True)
    else:
        mean, variance = None, np.mean(viewed * viewed, (0, 2), keepdims=True)
    scale = 1 / np.sqrt(variance + eps)
    none = scale.reshape(-1)
    shift = np.zeros_like(none) if mean is None else mean.reshape(-1)
    has = (weight is not None) + 2 * (bias is not None)
    w, b = (none if v is None else v.reshape(-1) for v in (weight, bias))
    sizes = (groups[1], groups[2], channels[1], channels[2])
    y, z = NORMALISE(np.ascontiguousarray(viewed, like=x), shift, none, w, b, *sizes, has)
    if kept is not None:
        kept.y, kept.mean, kept.variance, kept.scale = y, mean, variance, scale
    return z.reshape(x.shape)


def pull(
    g: Any, x: Any, weight: Any, bias: Any, groups: Any, channels: Any, eps: Any, tracked: Any, centred: Any = True,
    kept: Any = None,
) -> Any:  # fmt: skip
    """dL/dx = s (d - Σ d / n - y Σ d y / n) with d = g w;  dL/dw = Σ g y;  dL/db = Σ g."""
    y: Any = getattr(kept, "y", None)
    if not tried(g, y) or not g.size:
        return NotImplemented
    g, scale = g.reshape(channels), kept.scale
    same = groups == channels  # then a group has a single w, and the same sums serve all three
    n = groups[0] * groups[2]
    product: Any = None
    total: Any = None
    by_x: Any = None
    if tracked[1] or same:
        product = np.sum(g * y.reshape(channels), (0, 2), keepdims=True)
    if tracked[2] or (same and centred):
        total = np.sum(g, (0, 2), keepdims=True)
    if tracked[0]:
        w = None if weight is None else weight.reshape(-1, 1)
        if same:
            factor = scale if w is None else scale * w
            mean = total / n if centred else np.zeros_like(product)
            by_x = THROUGH(g, y, mean, product / n, factor)
        else:
            d = (g if w is None else g * w).reshape(groups)
            along = np.mean(d * y, (0, 2), keepdims=True)
            mean = np.mean(d, (0, 2), keepdims=True) if centred else np.zeros_like(along)
            by_x = THROUGH(d, y, mean, along, scale)
        by_x = by_x.reshape(x.shape)
    return (
        by_x,
        product.reshape(weight.shape) if tracked[1] else None,
        total.reshape(bias.shape) if tracked[2] else None,
    )
