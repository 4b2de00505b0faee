"""Gamma, beta, polygamma and zeta functions, complete and incomplete (DLMF 5, 8, 25). Rules: see ``scipy``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import elementwise
from ..special_points import zero_slope


def declare(sc: Any, rule: Callable[..., None]) -> None:
    psi = sc.psi
    rule("gamma", lambda d, x, y: d * y * psi(x))
    rule("rgamma", lambda d, x, y: -d * y * psi(x))
    rule("gammaln", lambda d, x: d * psi(x))
    rule("loggamma", lambda d, x: d * psi(x))
    rule("gammasgn", zero_slope)
    rule("psi", lambda d, x: d * sc.zeta(2, x))
    hurwitz = getattr(sys.modules.get("scipy.special._ufuncs"), "_zeta", None)  # what sc.zeta(s, q) calls
    if isinstance(hurwitz, np.ufunc):
        elementwise(hurwitz, lambda d, a, b: -d * a * sc.zeta(a + 1, b), inputs=["b"], name="zeta")
    rule("poch", lambda d, a, b, y: d * y * (psi(a + b) - psi(a)), lambda d, a, b, y: d * y * psi(a + b))
    rule(
        "binom",
        lambda d, a, b, y: d * y * (psi(a + 1) - psi(a - b + 1)),
        lambda d, a, b, y: d * y * (psi(a - b + 1) - psi(b + 1)),
    )

    def gamma_density(x: Any, a: Any) -> Any:
        """x^(a-1) e^-x / Γ(a)."""
        return np.exp(sc.xlogy(a - 1, x) - x - sc.gammaln(a))

    rule("gammainc", lambda d, a, b: d * gamma_density(b, a), inputs=["b"])
    rule("gammaincc", lambda d, a, b: -d * gamma_density(b, a), inputs=["b"])
    rule("gammaincinv", lambda d, a, y: d / gamma_density(y, a), inputs=["b"])
    rule("gammainccinv", lambda d, a, y: -d / gamma_density(y, a), inputs=["b"])

    rule("beta", lambda d, a, b, y: d * y * (psi(a) - psi(a + b)), lambda d, a, b, y: d * y * (psi(b) - psi(a + b)))
    rule("betaln", lambda d, a, b: d * (psi(a) - psi(a + b)), lambda d, a, b: d * (psi(b) - psi(a + b)))

    def beta_density(x: Any, a: Any, b: Any) -> Any:
        """x^(a-1) (1-x)^(b-1) / B(a, b)."""
        return np.exp(sc.xlogy(a - 1, x) + sc.xlog1py(b - 1, -x) - sc.betaln(a, b))

    rule("betainc", lambda d, a, b, c: d * beta_density(c, a, b), inputs=["c"])
    rule("betaincc", lambda d, a, b, c: -d * beta_density(c, a, b), inputs=["c"])
    rule("betaincinv", lambda d, a, b, y: d / beta_density(y, a, b), inputs=["c"])
    rule("betainccinv", lambda d, a, b, y: -d / beta_density(y, a, b), inputs=["c"])
