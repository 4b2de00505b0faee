"""The kernel of all normalisations: groups of numbers shifted and scaled to mean 0 and variance 1.

Convention: an input is viewed as x (a, k, b), whose middle axis counts groups: mean and variance of group k are over
axes 0 and 2. For layer normalisation that is (1, rows, size), for batch normalisation (n, channels, positions).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor
from autograd.declare import Kept, bilinear, linear, plain, primitive
from autograd.native import on_gpu, twin

from .. import composed

BLOCK = 1 << 16  # elements that stay in the cache over several steps
NEAR = 1e-3  # of the mean's square: where the variance is less, the rounding of the mean would show in it
FAR = 16.0  # products w c up to this size lose little where they are subtracted from others


def _sums(x: Any) -> Any:
    """y_k = Σ x over the axes 0 and 2, as (1, k, 1): as products with ones, at which BLAS is fastest."""
    a, k, b = x.shape
    if b == 1:
        return (np.ones_like(x, shape=a) @ x.reshape(a, k)).reshape(1, k, 1)
    rows = x.reshape(a * k, b) @ np.ones_like(x, shape=b)
    return (rows if a == 1 else np.add.reduce(rows.reshape(a, k))).reshape(1, k, 1)


def _products(x: Any, z: Any) -> Any:
    """y_k = Σ x z over the axes 0 and 2, as (1, k, 1)."""
    a, k, b = x.shape
    if b == 1:
        return np.einsum("ak,ak->k", x.reshape(a, k), z.reshape(a, k)).reshape(1, k, 1)
    rows = np.vecdot(x.reshape(a * k, b), z.reshape(a * k, b))
    return (rows if a == 1 else np.add.reduce(rows.reshape(a, k))).reshape(1, k, 1)


sums = linear(_sums, lambda g, x_shape: np.broadcast_to(g, x_shape))
products = bilinear(_products, lambda g, z: g * z, lambda g, x: g * x)


def _standardise(x: Any, eps: float, centred: bool, kept: Kept | None = None) -> tuple[Any, Any]:
    """y = (x - m) s with the mean m, the variance v and s = 1 / √(v + eps) of each group, and s, as (1, k, 1).

    Not ``centred``: m = 0, and v is the mean square.
    """
    n = x.shape[0] * x.shape[2]
    mean = sums(x) / n if centred else None
    y = x - mean if centred else x
    variance = products(y, y) / n
    if mean is not None and x.size and not np.logical_and.reduce(plain(variance) >= NEAR * plain(mean) ** 2, None):
        first = x[:1, :, :1]  # any number of the group will do: the differences are exact, and 0 in a group of equals
        y = x - first
        rest = sums(y) / n
        y, mean = y - rest, first + rest
        variance = products(y, y) / n
    if (
        x.dtype.itemsize < 8 and not np.maximum.reduce(plain(variance), None, initial=0) < np.inf
    ):  # the squares overflow
        y, scale = _standardise(x.astype(np.float64), eps, centred, kept)
        y, scale = y.astype(x.dtype), scale.astype(x.dtype)
        if kept is not None:
            kept.y, kept.scale = y, scale
        return y, scale
    scale = 1 / np.sqrt(variance + eps)
    if centred:
        y *= scale
    else:
        y = y * scale
    if kept is not None:
        kept.y, kept.mean, kept.variance, kept.scale = y, mean, variance, scale
    return y, scale


def _standardised(x: Any, groups: Any, eps: float, centred: bool, kept: Kept | None) -> tuple[Any, Any]:
    """y and s again; the compiled twin keeps neither."""
    if kept is None or kept.y is None:
        return _standardise(x.reshape(groups), eps, centred)
    return kept.y, kept.scale


def _through(d: Any, y: Any, scale: Any, centred: bool, total: Any = None, product: Any = None) -> Any:
    """s (d - Σ d / n - y Σ d y / n): dy/dx is symmetric, so one rule serves both directions.

    ``total`` = Σ d and ``product`` = Σ d y are passed where already known; ``scale`` may include another factor.
    """
    n = y.shape[0] * y.shape[2]
    along = (products(d, y) if product is None else product) / -n
    mean = (sums(d) if total is None else total) / n if centred else None
    if isinstance(d, Tensor) or isinstance(y, Tensor) or isinstance(scale, Tensor):
        return (y * along + (d if mean is None else d - mean)) * scale
    found = np.empty_like(y)
    step = max(1, BLOCK // max(y[:1].size, 1))
    for k in range(0, len(y), step):
        part = np.multiply(y[k : k + step], along, out=found[k : k + step])
        part += d[k : k + step]
        if mean is not None:
            part -= mean
        part *= scale
    return found


@on_gpu("nn.functional.gpu.normalisation:normalise")
@twin("nn.functional.native.normalisation:normalise", 1 << 13, contiguous=False)
def _normalise(
    x: Any, weight: Any, bias: Any, groups: tuple[int, ...], channels: tuple[int, ...], eps: float,
    centred: bool = True, kept: Any = None,
) -> Any:  # fmt: skip
    """w (x - m) / √(v + eps) + b: x is viewed as ``groups`` for its means and variances, as ``channels`` for w and b.

    Weight and bias, with one number for each channel, may be None.
    """
    y = _standardise(x.reshape(groups), eps, centred, kept)[0].reshape(channels)
    if weight is not None:
        y = y * weight.reshape(-1, 1)
    elif bias is not None:
        y = y.copy()
    if bias is not None:
        y += bias.reshape(-1, 1)
    return y.reshape(x.shape)


@on_gpu("nn.functional.gpu.normalisation:pull")
@twin("nn.functional.native.normalisation:pull", 1 << 13, contiguous=False, at=1)
def _pull(
    g: Any, x: Any, weight: Any, bias: Any, groups: Any, channels: Any, eps: Any, tracked: Any, centred: Any = True,
    kept: Any = None,
) -> tuple[Any, Any, Any]:  # fmt: skip
    """dL/dx = s (d - Σ d / n - y Σ d y / n) with d = g w;  dL/dw = Σ g y;  dL/db = Σ g."""
    y, scale = _standardised(x, groups, eps, centred, kept)
    g = g.reshape(channels)
    same = groups == channels  # then a group has a single w, and the same sums serve all three
    by_x: Any = None
    product: Any = None
    total: Any = None
    if tracked[1] or same:
        product = products(g, y.reshape(channels))
    if tracked[2] or same:
        total = sums(g)
    if tracked[0]:
        if same:
            by_x = _through(g, y, scale if weight is None else scale * weight.reshape(-1, 1), centred, total, product)
        else:
            d = g if weight is None else g * weight.reshape(-1, 1)
            by_x = _through(d.reshape(groups), y, scale, centred)
        by_x = by_x.reshape(x.shape)
    return (
        by_x,
        product.reshape(weight.shape) if tracked[1] else None,
        total.reshape(bias.shape) if tracked[2] else None,
    )


def _push(
    t: Any, x: Any, weight: Any, groups: Any, channels: Any, eps: Any, centred: Any = True, kept: Any = None
) -> Any:
    by_x, by_weight, by_bias = t
    y, scale = _standardised(x, groups, eps, centred, kept)
    total = np.zeros_like(y).reshape(channels)
    if by_x is not None:
        d = _through(by_x.reshape(groups), y, scale, centred).reshape(channels)
        total = total + (d if weight is None else d * weight.reshape(-1, 1))
    if by_weight is not None:
        total = total + y.reshape(channels) * by_weight.reshape(-1, 1)
    if by_bias is not None:
        total = total + by_bias.reshape(-1, 1)
    return total.reshape(x.shape)


_operation = primitive(
    _normalise, _pull, _push, inputs=("x", "weight", "bias"), joint=True, keeps=True, unfold=composed.normalise
)


def normalise(
    x: Any, weight: Any, bias: Any, groups: tuple[int, ...], channels: tuple[int, ...], eps: float,
    centred: bool = True, kept: Kept | None = None,
) -> Any:  # fmt: skip
    """``_normalise`` as a single operation; it leaves mean and variance in ``kept``, if that is given.

    Half precision is computed in single: sums in half precision overflow at 65504.
    """
    if x.dtype.itemsize == 2:
        single, w, b = [v if v is None else v.astype(np.float32) for v in (x, weight, bias)]
        return normalise(single, w, b, groups, channels, eps, centred, kept).astype(x.dtype)
    return _operation(x, weight, bias, groups, channels, float(eps), centred, kept)


@twin("nn.functional.native.normalisation:scale_shift", 1 << 13, contiguous=False)
def _scale_shift(x: Any, centre: Any, weight: Any, bias: Any, channels: tuple[int, ...]) -> Any:
    """w (x - c) + b with one w, c and b for each k of x viewed as ``channels``.

    Computed as w x + (b - w c), with the few numbers in brackets in double precision, unless that would cancel.
    """
    offset = weight * centre.astype(float)
    if np.maximum.reduce(np.abs(offset), initial=0) < FAR:
        y = x.reshape(channels) * weight.reshape(-1, 1)
        y += (bias - offset).reshape(-1, 1).astype(y.dtype)
    else:
        y = x.reshape(channels) - centre.reshape(-1, 1)
        y *= weight.reshape(-1, 1)
        y += bias.reshape(-1, 1)
    return y.reshape(x.shape)


scale_shift = primitive(
    _scale_shift,
    pull=[
        lambda g, weight, channels: (g.reshape(channels) * weight.reshape(-1, 1)).reshape(g.shape),
        lambda g, weight, channels: sums(g.reshape(channels)).reshape(-1) * -weight,
        lambda g, x, centre, channels: products(
            g.reshape(channels), x.reshape(channels) - centre.reshape(-1, 1)
        ).reshape(-1),
        lambda g, channels: sums(g.reshape(channels)).reshape(-1),
    ],
    push=[
        lambda t, weight, channels: (t.reshape(channels) * weight.reshape(-1, 1)).reshape(t.shape),
        lambda t, x_shape, weight, channels: np.broadcast_to((t * -weight).reshape(-1, 1), channels).reshape(x_shape),
        lambda t, x, centre, channels: ((x.reshape(channels) - centre.reshape(-1, 1)) * t.reshape(-1, 1)).reshape(
            x.shape
        ),
        lambda t, x_shape, channels: np.broadcast_to(t.reshape(-1, 1), channels).reshape(x_shape),
    ],
    unfold=composed.scale_shift,
)
