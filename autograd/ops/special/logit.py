"""Logits, x log y and entropies, and the two losses that SciPy lists with them. Rules: see ``scipy``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..special_points import floating, over


def declare(sc: Any, rule: Callable[..., None]) -> None:
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
