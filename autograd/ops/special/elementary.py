"""SciPy's elementary functions: accurate near 0, in other bases, in degrees; rounding. Rules: see ``scipy``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

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
