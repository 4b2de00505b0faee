"""Convolution on a GPU: patches by strides, one product by cuBLAS, and the patches' adjoint as one kernel.

Convention: patches are (groups, channels, taps, n, places), so that each of the three sums is a single product of
matrices. Images are (n, c, *space); 1 and 2 axes are taken as 3.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.gpu import strided
from autograd.gpu.kernels import Kernel, tried

from ..windows import Sizes, Window

__all__ = ["convolve", "input_gradient", "weight_gradient"]

MOST = 1 << 30  # bytes of patches at a time; a larger batch goes in parts

# For an element of x the sum of what the patches hold of it.
FOLD = Kernel(
    "fold",
    "raw T patches, int32 n, int32 c, int32 d, int32 h, int32 w, int32 kd, int32 kh, int32 kw, int32 od, int32 oh, "
    "int32 ow, int32 sd, int32 sh, int32 sw, int32 pd, int32 ph, int32 pw, int32 dd, int32 dh, int32 dw",
    "T x",
    """
    long long r = i;
    int xw = r % w; r /= w;
    int xh = r % h; r /= h;
    int xd = r % d; r /= d;
    int xc = r % c; r /= c;
    T sum = 0;
    for (int a = 0; a < kd; ++a) {
        int yd = xd + pd - a * dd;
        if (yd < 0 || yd % sd || yd / sd >= od) continue;
        for (int b = 0; b < kh; ++b) {
            int yh = xh + ph - b * dh;
            if (yh < 0 || yh % sh || yh / sh >= oh) continue;
            for (int e = 0; e < kw; ++e) {
                int yw = xw + pw - e * dw;
                if (yw < 0 || yw % sw || yw / sw >= ow) continue;
                long long tap = (((long long)xc * kd + a) * kh + b) * kw + e;
                sum += patches[(((tap * n + r) * od + yd / sd) * oh + yh / sh) * ow + yw / sw];
            }
        }
    }
    x = sum
    """,
)


def three(sizes: Any) -> list[int]:
    """Sizes along three axes, of which those in front are 1."""
    return [1] * (3 - len(sizes)) + [int(k) for k in sizes]


def patches(x: Any, window: Window, places: Sizes, groups: int) -> Any:
    """What the window sees at all places, (groups, channels · taps, n · places)."""
    if any(map(any, window.padding)):
        sizes = [n + sum(p) for n, p in zip(x.shape[2:], window.padding, strict=True)]
        wide = np.zeros_like(x, shape=(*x.shape[:2], *sizes), order="C")
        inside = (slice(p, p + n) for n, (p, _) in zip(x.shape[2:], window.padding, strict=True))
        wide[:, :, *inside] = x
        x = wide
    n, c = x.shape[:2]
    along, steps = x.strides[2:], list(zip(x.strides[2:], window.dilation, window.stride, strict=True))
    shape = (groups, c // groups, *window.kernel, n, *places)
    strides = (x.strides[1] * (c // groups), x.strides[1], *(s * d for s, d, _ in steps), x.strides[0])
    assert len(along) == len(window.kernel)
    return strided(x, shape, (*strides, *(s * k for s, _, k in steps))).reshape(
        groups, c // groups * math.prod(window.kernel), n * math.prod(places)
    )


def parts(x: Any, window: Window, places: Sizes) -> list[slice]:
    """The batch cut so that its patches take no more than ``MOST`` bytes."""
    each = x.shape[1] * math.prod(window.kernel) * math.prod(places) * x.itemsize
    step = max(MOST // max(each, 1), 1)
    return [slice(k, k + step) for k in range(0, max(len(x), 1), step)]


def rows(weight: Any, groups: int) -> Any:
    """(out, in, *kernel) as matrices (groups, out / groups, in · taps)."""
    return weight.reshape(groups, len(weight) // groups, math.prod(weight.shape[1:]))


def columns(y: Any, groups: int) -> Any:
    """(n, out, *places) as matrices (groups, out / groups, n · places)."""
    return y.swapaxes(0, 1).reshape(groups, y.shape[1] // groups, len(y) * math.prod(y.shape[2:]))


def convolve(x: Any, weight: Any, bias: Any, window: Window, groups: int) -> Any:
    """y_p = Σ_k w_k x_(s p + d k) + b."""
    if not tried(x, weight) or not (x.size and weight.size):
        return NotImplemented
    places = window.places(x.shape[2:])
    found = []
    for part in parts(x, window, places):
        y = rows(weight, groups) @ patches(x[part], window, places, groups)
        found.append(y.reshape(len(weight), len(x[part]), *places).swapaxes(0, 1))
    y = found[0] if len(found) == 1 else np.concatenate(found)
    return y if bias is None else y + bias.reshape(-1, *(1 for _ in places))


def input_gradient(y: Any, weight: Any, window: Window, groups: int, space: Sizes) -> Any:
    """x_q = Σ_(s p + d k = q) w_k y_p."""
    if not tried(y, weight) or not (y.size and weight.size):
        return NotImplemented
    c = weight.shape[1] * groups
    x: Any = np.empty_like(y, shape=(len(y), c, *space), dtype=np.result_type(y, weight), order="C")
    for part in parts(x, window, y.shape[2:]):
        product = np.ascontiguousarray(rows(weight, groups).swapaxes(1, 2) @ columns(y[part], groups), like=x)
        sizes = [*three(space), *three(window.kernel), *three(y.shape[2:]), *three(window.stride)]
        before = [0] * (3 - len(space)) + [p for p, _ in window.padding]
        FOLD(product, len(y[part]), c, *sizes, *before, *three(window.dilation), out=(x[part],))
    return x


def weight_gradient(x: Any, y: Any, window: Window, groups: int) -> Any:
    """w_k = Σ_np y_p x_(s p + d k)."""
    if not tried(x, y) or not (x.size and y.size):
        return NotImplemented
    places = y.shape[2:]
    w: Any = 0
    for part in parts(x, window, places):
        w = w + columns(y[part], groups) @ patches(x[part], window, places, groups).swapaxes(1, 2)
    return w.reshape(y.shape[1], x.shape[1] // groups, *window.kernel)
