"""SciPy's elementary functions, logits, entropies, Box-Cox transforms and Lambert's W. Rules: see ``scipy``."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import elementwise
from ..special_points import floating, over, zero_slope


def declare(sc: Any, rule: Callable[..., None]) -> None:
    rule("expm1", lambda d, y: d + d * y)
    rule("log1p", lambda d, x: d / (x + 1))
    rule("cosm1", lambda d, x: -d * np.sin(x))
    rule("exp2", lambda d, y: d * y * math.log(2))
    rule("exp10", lambda d, y: d * y * math.log(10))
    rule("cbrt", lambda d, y: over(d, 3 * y * y))
    rule("exprel", lambda d, x: d * sc.hyp1f1(2, 3, x) / 2)  # exprel is hyp1f1(1, 2, x)
    rule("powm1", lambda d, a, b: d * b * a ** (b - 1), lambda d, a, b: d * a**b * np.log(floating(a, d)))
    degree = math.pi / 180
    rule("sindg", lambda d, x: d * sc.cosdg(x) * degree)
    rule("cosdg", lambda d, x: d * sc.sindg(x) * -degree)
    rule("tandg", lambda d, y: d * (1 + y * y) * degree)
    rule("cotdg", lambda d, y: d * (1 + y * y) * -degree)
    rule("radian", lambda d: d * degree, lambda d: d * (degree / 60), lambda d: d * (degree / 3600))
    rule("round", zero_slope)

    # ------------------------------------------------ logits, x log y and entropies, and two losses

    rule("expit", lambda d, y: d * y * (1 - y))
    rule("log_expit", lambda d, x: d * sc.expit(-x))
    rule("logit", lambda d, x: d / (x * (1 - x)))
    rule("xlogy", lambda d, b: d * np.log(floating(b, d)), lambda d, a, b: over(d * a, b))
    rule("xlog1py", lambda d, b: d * np.log1p(floating(b, d)), lambda d, a, b: over(d * a, b + 1))
    rule("entr", lambda d, x: -d * (np.log(x) + 1))
    rule("rel_entr", lambda d, a, b: d * (np.log(a / b) + 1), lambda d, a, b: -d * a / b)
    rule("kl_div", lambda d, a, b: d * np.log(a / b), lambda d, a, b: d * (1 - a / b))
    rule("huber", lambda d, a, b: d * np.maximum(np.abs(b) - a, 0), lambda d, a, b: d * np.clip(b, -a, a))

    def slope(a: Any, b: Any) -> Any:
        """pseudo_huber(a, b) = a² (s - 1) with s = √(1 + (b/a)²)."""
        return np.sqrt(1 + (b / a) * (b / a))

    rule(
        "pseudo_huber",
        lambda d, a, b, y: d * (2 * y / a - b * b / (a * slope(a, b))),
        lambda d, a, b: d * b / slope(a, b),
    )

    # ------------------------------------------------ the Box-Cox transforms of statistics

    def by_power(x: Any, power: Any) -> Any:
        """The derivative of (x^λ - 1)/λ by λ, smooth at λ = 0: with L = log x it is L exprel(λL)."""
        logarithm = np.log(x)
        return logarithm * logarithm * sc.hyp1f1(2, 3, power * logarithm) / 2

    rule("boxcox", lambda d, a, b: d * a ** (b - 1), lambda d, a, b: d * by_power(a, b))
    rule("boxcox1p", lambda d, a, b: d * (a + 1) ** (b - 1), lambda d, a, b: d * by_power(a + 1, b))
    rule("inv_boxcox", lambda d, b, y: d * y ** (1 - b), lambda d, b, y: -d * y ** (1 - b) * by_power(y, b))
    rule(
        "inv_boxcox1p",
        lambda d, b, y: d * (y + 1) ** (1 - b),
        lambda d, b, y: -d * (y + 1) ** (1 - b) * by_power(y + 1, b),
    )

    # ------------------------------------------------ y exp(y) = x and y + log y = x

    lambertw = getattr(sys.modules.get("scipy.special._ufuncs"), "_lambertw", None)  # what sc.lambertw calls
    if isinstance(lambertw, np.ufunc):
        elementwise(
            lambertw, lambda d, a, y: d / (a + np.exp(y)), forward=lambda a, b, c: lambertw(a, b, c), name="lambertw"
        )
    rule("wrightomega", lambda d, y: d * y / (y + 1))
