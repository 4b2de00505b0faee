"""Bessel and Airy functions, whose derivatives are neighbours in order (DLMF 9, 10). Rules: see ``scipy``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import plain, primitive
from ..special_points import is_complex
from .pieces import piecewise
from .tails import FAR_BESSEL, scaled_bessel


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
    # not by K of one order more, which underflows earlier
    rule("k1", lambda d, x, y: -d * (sc.k0(x) + y / x))
    rule("kn", lambda d, a, b, y: -d * (sc.kv(a - 1, b) + a * y / b), inputs=["b"])
    rule("kv", lambda d, a, b, y: -d * (sc.kv(a - 1, b) + a * y / b), inputs=["b"])

    # scaled: i0e(x) = exp(-|x|) i0(x), k0e(x) = exp(x) k0(x); far from 0 the two terms of the derivative cancel
    def scaled(name: str, s: int, near: Callable[..., Any], order: int | None = None) -> None:
        """Declare a scaled function: of a fixed order, or of the order that is its first argument."""

        def slope(v: Any, x: Any, y: Any) -> Any:
            if is_complex(x):
                return near(v, x, y)
            at = plain(x)
            orders = np.zeros_like(at) + v
            start = FAR_BESSEL + orders * orders
            far = at > start
            if s < 0:  # to the left of 0 only those of whole order are defined
                far = far | ((at < -start) & (orders % 1 == 0))
            return piecewise(far, lambda v, x, y: scaled_bessel(x, v, s, 1) * scale, near, v, x, y)

        scale = math.sqrt(0.5 / math.pi) if s < 0 else math.sqrt(math.pi / 2)
        if order is None:
            rule(name, lambda d, a, b, y: d * slope(a, b, y), inputs=["b"])
        else:
            rule(name, lambda d, x, y: d * slope(order, x, y))

    scaled("i0e", -1, lambda v, x, y: sc.i1e(x) - np.sign(x) * y, 0)
    scaled("i1e", -1, lambda v, x, y: (sc.i0e(x) + sc.ive(2, x)) / 2 - np.sign(x) * y, 1)
    scaled("ive", -1, lambda v, x, y: (sc.ive(v - 1, x) + sc.ive(v + 1, x)) / 2 - np.sign(x) * y)
    scaled("k0e", 1, lambda v, x, y: y - sc.k1e(x), 0)
    scaled("k1e", 1, lambda v, x, y: y - (sc.k0e(x) + sc.kve(2, x)) / 2, 1)
    scaled("kve", 1, lambda v, x, y: y - (sc.kve(v - 1, x) + sc.kve(v + 1, x)) / 2)
    # Ai'' = x Ai, Bi'' = x Bi; the results are Ai, Ai', Bi, Bi'
    primitive(
        sc.airy,
        pull=lambda g, x, y: g[0] * y[1] + g[1] * x * y[0] + g[2] * y[3] + g[3] * x * y[2],
        push=lambda t, x, y: (t * y[1], t * x * y[0], t * y[3], t * x * y[2]),
        results=True,
    )
