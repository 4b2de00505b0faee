"""Beta functions, complete and incomplete (DLMF 5.12, 8.17). Rules: see ``scipy``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def declare(sc: Any, rule: Callable[..., None]) -> None:
    psi = sc.psi
    rule(
        "beta",
        lambda d, a, b, y: d * y * (psi(a) - psi(a + b)),
        lambda d, a, b, y: d * y * (psi(b) - psi(a + b)),
    )
    rule("betaln", lambda d, a, b: d * (psi(a) - psi(a + b)), lambda d, a, b: d * (psi(b) - psi(a + b)))

    def beta_density(x: Any, a: Any, b: Any) -> Any:
        """x^(a-1) (1-x)^(b-1) / B(a, b)."""
        return np.exp(sc.xlogy(a - 1, x) + sc.xlog1py(b - 1, -x) - sc.betaln(a, b))

    rule("betainc", lambda d, a, b, c: d * beta_density(c, a, b), inputs=["c"])
    rule("betaincc", lambda d, a, b, c: -d * beta_density(c, a, b), inputs=["c"])
    rule("betaincinv", lambda d, a, b, y: d / beta_density(y, a, b), inputs=["c"])
    rule("betainccinv", lambda d, a, b, y: -d / beta_density(y, a, b), inputs=["c"])
