"""Bessel and Airy functions, whose derivatives are neighbours in order (DLMF 9, 10). Rules: see ``scipy``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import primitive


def declare(sc: Any, rule: Callable[..., None]) -> None:
    rule("j0", lambda d, x: -d * sc.j1(x))
    rule("j1", lambda d, x: d * (sc.j0(x) - sc.jv(2, x)) / 2)
    rule("jv", lambda d, a, b: d * (sc.jv(a - 1, b) - sc.jv(a + 1, b)) / 2, inputs=["b"])
    rule("y0", lambda d, x: -d * sc.y1(x))
    rule("y1", lambda d, x: d * (sc.y0(x) - sc.yv(2, x)) / 2)
    rule("yn", lambda d, a, b: d * (sc.yv(a - 1, b) - sc.yv(a + 1, b)) / 2, inputs=["b"])
    rule("yv", lambda d, a, b: d * (sc.yv(a - 1, b) - sc.yv(a + 1, b)) / 2, inputs=["b"])
    rule("i0", lambda d, x: d * sc.i1(x))
    rule("i1", lambda d, x: d * (sc.i0(x) + sc.iv(2, x)) / 2)
    rule("iv", lambda d, a, b: d * (sc.iv(a - 1, b) + sc.iv(a + 1, b)) / 2, inputs=["b"])
    rule("k0", lambda d, x: -d * sc.k1(x))
    rule("k1", lambda d, x: -d * (sc.k0(x) + sc.kv(2, x)) / 2)
    rule("kn", lambda d, a, b: -d * (sc.kv(a - 1, b) + sc.kv(a + 1, b)) / 2, inputs=["b"])
    rule("kv", lambda d, a, b: -d * (sc.kv(a - 1, b) + sc.kv(a + 1, b)) / 2, inputs=["b"])
    # scaled: i0e(x) = exp(-|x|) i0(x), k0e(x) = exp(x) k0(x)
    rule("i0e", lambda d, x, y: d * (sc.i1e(x) - np.sign(x) * y))
    rule("i1e", lambda d, x, y: d * ((sc.i0e(x) + sc.ive(2, x)) / 2 - np.sign(x) * y))
    rule("ive", lambda d, a, b, y: d * ((sc.ive(a - 1, b) + sc.ive(a + 1, b)) / 2 - np.sign(b) * y), inputs=["b"])
    rule("k0e", lambda d, x, y: d * (y - sc.k1e(x)))
    rule("k1e", lambda d, x, y: d * (y - (sc.k0e(x) + sc.kve(2, x)) / 2))
    rule("kve", lambda d, a, b, y: d * (y - (sc.kve(a - 1, b) + sc.kve(a + 1, b)) / 2), inputs=["b"])
    # Ai'' = x Ai, Bi'' = x Bi; the results are Ai, Ai', Bi, Bi'
    primitive(
        sc.airy,
        pull=lambda g, x, y: g[0] * y[1] + g[1] * x * y[0] + g[2] * y[3] + g[3] * x * y[2],
        push=lambda t, x, y: (t * y[1], t * x * y[0], t * y[3], t * x * y[2]),
        results=True,
    )
