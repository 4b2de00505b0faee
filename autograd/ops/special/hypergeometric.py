"""Hypergeometric functions, in their last argument (DLMF 13, 15, 16). Rules: see ``scipy``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def declare(sc: Any, rule: Callable[..., None]) -> None:
    rule("hyp0f1", lambda d, a, b: d * sc.hyp0f1(a + 1, b) / a, inputs=["b"])
    rule("hyp1f1", lambda d, a, b, c: d * sc.hyp1f1(a + 1, b + 1, c) * (a / b), inputs=["c"])

    def hyp2f1_rule(g: Any, a: Any, b: Any, c: Any, d: Any) -> Any:  # here d is the fourth input
        return g * sc.hyp2f1(a + 1, b + 1, c + 1, d) * (a * b / c)

    rule("hyp2f1", hyp2f1_rule, inputs=["d"])
