"""Orthogonal polynomials, by their argument; degree and parameters are constant (DLMF 18.9). Rules: see ``scipy``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import plain


def declare(sc: Any, rule: Callable[..., None]) -> None:
    def lower(function: Any, n: Any, *rest: Any) -> Any:
        """The polynomial of one degree less; 0 where there is none."""
        n = plain(n)
        return np.where(n == 0, 0, function(np.maximum(n - 1, 0), *rest))

    jacobi, gegenbauer, laguerre = sc.eval_jacobi, sc.eval_gegenbauer, sc.eval_genlaguerre
    rule("eval_chebyt", lambda d, a, b: d * a * lower(sc.eval_chebyu, a, b), inputs=["b"])
    rule("eval_chebyu", lambda d, a, b: d * 2 * lower(gegenbauer, a, 2, b), inputs=["b"])
    rule("eval_gegenbauer", lambda d, a, b, c: d * 2 * b * lower(gegenbauer, a, b + 1, c), inputs=["c"])
    rule("eval_genlaguerre", lambda d, a, b, c: -d * lower(laguerre, a, b + 1, c), inputs=["c"])
    rule("eval_hermite", lambda d, a, b: d * 2 * a * lower(sc.eval_hermite, a, b), inputs=["b"])
    rule("eval_hermitenorm", lambda d, a, b: d * a * lower(sc.eval_hermitenorm, a, b), inputs=["b"])
    rule(
        "eval_jacobi",
        lambda g, a, b, c, d: g * (a + b + c + 1) / 2 * lower(jacobi, a, b + 1, c + 1, d),
        inputs=["d"],
    )
    rule("eval_laguerre", lambda d, a, b: -d * lower(laguerre, a, 1, b), inputs=["b"])
    rule("eval_legendre", lambda d, a, b: d * (a + 1) / 2 * lower(jacobi, a, 1, 1, b), inputs=["b"])
