"""Exponential, trigonometric, Fresnel and elliptic integrals (DLMF 6, 7, 19, 25.12). Rules: see ``scipy``."""

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


def pair(function: Any, first: Callable[[Any], Any], second: Callable[[Any], Any]) -> None:
    """Declare a function of two results by the derivatives of both."""
    primitive(
        function,
        pull=lambda g, x: g[0] * first(x) + g[1] * second(x),
        push=lambda t, x: (t * first(x), t * second(x)),
        results=True,
    )
