"""The Box-Cox transforms of statistics and their inverses. Rules: see ``scipy``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def declare(sc: Any, rule: Callable[..., None]) -> None:
    def by_power(x: Any, power: Any) -> Any:
        """The derivative of (x^λ - 1)/λ by λ, smooth at λ = 0: with L = log x it is L exprel(λL)."""
        logarithm = np.log(x)
        return logarithm * logarithm * sc.hyp1f1(2, 3, power * logarithm) / 2

    rule("boxcox", lambda d, a, b: d * a ** (b - 1), lambda d, a, b: d * by_power(a, b))
    rule("boxcox1p", lambda d, a, b: d * (a + 1) ** (b - 1), lambda d, a, b: d * by_power(a + 1, b))
    rule(
        "inv_boxcox",
        lambda d, b, y: d * y ** (1 - b),
        lambda d, b, y: -d * y ** (1 - b) * by_power(y, b),
    )
    rule(
        "inv_boxcox1p",
        lambda d, b, y: d * (y + 1) ** (1 - b),
        lambda d, b, y: -d * (y + 1) ** (1 - b) * by_power(y + 1, b),
    )
