"""The adjoint of max pooling on a GPU: each gradient goes to the first largest element of its window, by one kernel."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.gpu.kernels import Kernel, tried

from ..windows import Window
from .convolution import three

__all__ = ["unpool"]

UNPOOL = Kernel(
    "unpool",
    "T g, T y, raw T x, int32 d, int32 h, int32 w, int32 kd, int32 kh, int32 kw, int32 od, int32 oh, int32 ow, "
    "int32 sd, int32 sh, int32 sw, int32 pd, int32 ph, int32 pw, int32 dd, int32 dh, int32 dw",
    "raw T by_x",
    """
    long long r = i;
    int yw = r % ow; r /= ow;
    int yh = r % oh; r /= oh;
    int yd = r % od; r /= od;
    long long found = -1;
    for (int a = 0; a < kd; ++a) {
        int xd = yd * sd + a * dd - pd;
        if (xd < 0 || xd >= d) continue;
        for (int b = 0; b < kh; ++b) {
            int xh = yh * sh + b * dh - ph;
            if (xh < 0 || xh >= h) continue;
            for (int e = 0; e < kw; ++e) {
                int xw = yw * sw + e * dw - pw;
                if (xw < 0 || xw >= w) continue;
                long long k = ((r * d + xd) * h + xh) * w + xw;
                T here = x[k];
                if (found < 0 && (here == y || (here != here && y != y))) found = k;
            }
        }
    }
    if (found >= 0) atomicAdd(&by_x[found], g)
    """,
)


def unpool(g: Any, x: Any, y: Any, window: Window) -> Any:
    """dL/dx from g = dL/dy."""
    if not tried(g, x, y) or not g.size:
        return NotImplemented
    by_x = np.zeros_like(x, order="C")
    assert math.prod(y.shape[:2]) == math.prod(x.shape[:2])
    sizes = [*three(x.shape[2:]), *three(window.kernel), *three(y.shape[2:]), *three(window.stride)]
    before = [0] * (3 - len(window.kernel)) + [p for p, _ in window.padding]
    UNPOOL(g, y, np.ascontiguousarray(x, like=x), *sizes, *before, *three(window.dilation), out=(by_x,))
    return by_x
