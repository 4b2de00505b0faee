"""Orthogonal polynomials, by their argument; degree and parameters are constant (DLMF 18.9). Rules: see ``scipy``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import plain


def declare(sc: Any, rule: Callable[..., None]) -> None:
    def lower(function: Any, n: Any, *rest: Any) -> Any:
        """The polynomial of one degree less; 0 where there is none."""
        some = np.not_equal(plain(n), 0) + 0
        return some * function(n - some, *rest)

    jacobi, gegenbauer, laguerre = sc.eval_jacobi, sc.eval_gegenbauer, sc.eval_genlaguerre
    rule("eval_chebyt", lambda d, a, b: d * a * lower(sc.eval_chebyu, a, b), inputs=["b"])
    rule("eval_chebyu", lambda d, a, b: d * 2 * lower(gegenbauer, a, 2, b), inputs=["b"])
    rule("eval_gegenbauer", lambda d, a, b, c: d * 2 * b * lower(gegenbauer, a, b + 1, c), inputs=["c"])
    rule("eval_genlaguerre", lambda d, a, b, c: -d * lower(laguerre, a, b + 1, c), inputs=["c"])
    rule("eval_hermite", lambda d, a, b: d * 2 * a * lower(sc.eval_hermite, a, b), inputs=["b"])
    rule("eval_hermitenorm", lambda d, a, b: d * a * lower(sc.eval_hermitenorm, a, b), inputs=["b"])

    def by_argument(g: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
        """(a + b + c + 1) / 2 times Jacobi's polynomial of one degree less."""
        g = g * lower(jacobi, a, b + 1, c + 1, d) / 2
        return g * a + g * (b + c + 1)

    rule("eval_jacobi", by_argument, inputs=["d"])
    rule("eval_laguerre", lambda d, a, b: -d * lower(laguerre, a, 1, b), inputs=["b"])
    rule("eval_legendre", lambda d, a, b: d * (a + 1) * lower(jacobi, a, 1, 1, b) / 2, inputs=["b"])
