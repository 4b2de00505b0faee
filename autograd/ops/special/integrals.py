"""Hypergeometric functions; exponential, trigonometric, Fresnel and elliptic integrals. Rules: see ``scipy``.

Hypergeometric functions are differentiated by their last argument (DLMF 6, 7, 13, 15, 16, 19, 25.12).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import primitive


def declare(sc: Any, rule: Callable[..., None]) -> None:
    rule("exp1", lambda d, x: -d * np.exp(-x) / x)
    rule("expi", lambda d, x: d * np.exp(x) / x)
    rule("expn", lambda d, a, b: -d * sc.expn(a - 1, b), inputs=["b"])
    rule("spence", lambda d, x: -d * sc.hyp2f1(1, 1, 2, 1 - x))  # log(x) / (1 - x)
    rule("ellipk", lambda d, x: d * sc.hyp2f1(1.5, 1.5, 2, x) * (math.pi / 8))
    rule("ellipkm1", lambda d, x: d * sc.hyp2f1(1.5, 1.5, 2, 1 - x) * (-math.pi / 8))
    rule("ellipe", lambda d, x: d * sc.hyp2f1(0.5, 1.5, 2, x) * (-math.pi / 8))
    pair(sc.sici, lambda x: np.sinc(x / math.pi), lambda x: np.cos(x) / x)
    pair(sc.shichi, lambda x: sc.exprel(-2 * x) * np.exp(x), lambda x: np.cosh(x) / x)
    pair(sc.fresnel, lambda x: np.sin(x * x * (math.pi / 2)), lambda x: np.cos(x * x * (math.pi / 2)))
    rule("hyp0f1", lambda d, a, b: d * sc.hyp0f1(a + 1, b) / a, inputs=["b"])
    rule("hyp1f1", lambda d, a, b, c: d * sc.hyp1f1(a + 1, b + 1, c) * (a / b), inputs=["c"])

    def hyp2f1_rule(g: Any, a: Any, b: Any, c: Any, d: Any) -> Any:  # here d is the fourth input
        return g * sc.hyp2f1(a + 1, b + 1, c + 1, d) * (a * b / c)

    rule("hyp2f1", hyp2f1_rule, inputs=["d"])


def pair(function: Any, first: Callable[[Any], Any], second: Callable[[Any], Any]) -> None:
    """Declare a function of two results by the derivatives of both."""
    primitive(
        function,
        pull=lambda g, x: g[0] * first(x) + g[1] * second(x),
        push=lambda t, x: (t * first(x), t * second(x)),
        results=True,
    )
