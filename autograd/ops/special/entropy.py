"""SciPy's elementary functions, logits, entropies, Box-Cox transforms and Lambert's W. Rules: see ``scipy``."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import elementwise, plain
from ..special_points import floating, share, zero_slope
from .pieces import piecewise


def declare(sc: Any, rule: Callable[..., None]) -> None:
    def exprel_slope(x: Any) -> Any:
        """The derivative of exprel(x) = (exp(x) - 1) / x, around 0 by the series: exprel(x) is hyp1f1(1, 2, x)."""

        def far(x: Any) -> Any:
            right = lambda x: sc.exprel(x) * (1 - 1 / x) + 1 / x  # noqa: E731
            return piecewise(plain(x) > 0, right, lambda x: (np.exp(x) - sc.exprel(x)) / x, x)

        return piecewise(np.abs(plain(x)) < 20, lambda x: sc.hyp1f1(2, 3, x) / 2, far, x)

    rule("expm1", lambda d, x: d * np.exp(x))
    rule("log1p", lambda d, x: d / (x + 1))
    rule("cosm1", lambda d, x: -d * np.sin(x))
    rule("exp2", lambda d, y: d * y * math.log(2))
    rule("exp10", lambda d, y: d * y * math.log(10))
    rule("cbrt", lambda d, y: d / (3 * y * y))
    rule("exprel", lambda d, x: d * exprel_slope(x))
    rule("powm1", lambda d, a, b: d * b * a ** (b - 1), lambda d, a, b: d * sc.xlogy(a**b, floating(a, d)))
    degree = math.pi / 180
    rule("sindg", lambda d, x: d * sc.cosdg(x) * degree)
    rule("cosdg", lambda d, x: d * sc.sindg(x) * -degree)
    rule("tandg", lambda d, y: d * (1 + y * y) * degree)
    rule("cotdg", lambda d, y: d * (1 + y * y) * -degree)
    rule("radian", lambda d: d * degree, lambda d: d * (degree / 60), lambda d: d * (degree / 3600))
    rule("round", zero_slope)

    # ------------------------------------------------ logits, x log y and entropies, and two losses

    rule("expit", lambda d, x, y: d * y * sc.expit(-x))  # 1 - y cancels
    rule("log_expit", lambda d, x: d * sc.expit(-x))
    rule("logit", lambda d, x: d / x + d / (1 - x))
    rule("xlogy", lambda d, b: d * np.log(floating(b, d)), lambda d, a, b: share(d, a, b))
    rule("xlog1py", lambda d, b: d * np.log1p(floating(b, d)), lambda d, a, b: share(d, a, b + 1))
    rule("entr", lambda d, x: -d * (np.log(x) + 1))

    def log_ratio(a: Any, b: Any) -> Any:
        """log(a/b), where the quotient neither overflows nor rounds off how close they are."""
        p, q = plain(a), plain(b)
        close = (p > q / 2) & (p / 2 < q)
        return piecewise(close, lambda a, b: np.log1p((a - b) / b), lambda a, b: np.log(a) - np.log(b), a, b)

    rule("rel_entr", lambda d, a, b: d * (log_ratio(a, b) + 1), lambda d, a, b: -share(d, a, b))
    rule("kl_div", lambda d, a, b: d * log_ratio(a, b), lambda d, a, b: d * ((b - a) / b))
    rule("huber", lambda d, a, b: d * np.maximum(np.abs(b) - a, 0), lambda d, a, b: d * np.clip(b, -a, a))

    # pseudo_huber(a, b) = a² (√(1 + (b/a)²) - 1), with h = √(a² + b²)
    def by_delta(a: Any, b: Any) -> Any:
        h = radius(a, b)
        share = b / (h + a)
        return b * (b / h) * share * share

    def radius(a: Any, b: Any) -> Any:
        h = np.hypot(a, b)
        return h + (plain(h) == 0)

    rule("pseudo_huber", lambda d, a, b: d * by_delta(a, b), lambda d, a, b: d * a * (b / radius(a, b)))

    # ------------------------------------------------ the Box-Cox transforms of statistics

    def by_power(logarithm: Any, power: Any) -> Any:
        """The derivative of (exp(λL) - 1) / λ = L exprel(λL) by λ, smooth at λ = 0: L² exprel'(λL)."""
        return logarithm * logarithm * exprel_slope(power * logarithm)

    rule("boxcox", lambda d, a, b: d * a ** (b - 1), lambda d, a, b: d * by_power(np.log(a), b))
    rule("boxcox1p", lambda d, a, b: d * (a + 1) ** (b - 1), lambda d, a, b: d * by_power(np.log1p(a), b))
    rule("inv_boxcox", lambda d, b, y: d * y ** (1 - b), lambda d, b, y: -d * y ** (1 - b) * by_power(np.log(y), b))
    rule(
        "inv_boxcox1p",
        lambda d, b, y: d * (y + 1) ** (1 - b),
        lambda d, b, y: -d * (y + 1) ** (1 - b) * by_power(np.log1p(y), b),
    )

    # ------------------------------------------------ y exp(y) = x and y + log y = x

    lambertw = getattr(sys.modules.get("scipy.special._ufuncs"), "_lambertw", None)  # what sc.lambertw calls
    if isinstance(lambertw, np.ufunc):
        elementwise(
            lambertw, lambda d, y: d * np.exp(-y) / (y + 1), forward=lambda a, b, c: lambertw(a, b, c), name="lambertw"
        )
    rule("wrightomega", lambda d, y: d * y / (y + 1))
