"""SciPy's distribution functions: their derivatives are densities, and those of the incomplete functions by a shape.

Rules: see ``scipy``. By degrees of freedom of Student's t and Fisher's F, and by counts, there is none here:
``autograd.stats`` has them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import plain
from .incomplete_beta import beta_density
from .incomplete_gamma import gamma_by_a, gamma_density
from .pieces import piecewise


def declare(sc: Any, rule: Callable[..., None]) -> None:
    def by_degrees(a: Any, b: Any) -> Any:
        return gamma_by_a(a / 2, b / 2) / 2

    rule("chdtr", lambda d, a, b: d * by_degrees(a, b), lambda d, a, b: d * gamma_density(a / 2, b / 2) / 2)
    rule("chdtrc", lambda d, a, b: -d * by_degrees(a, b), lambda d, a, b: -d * gamma_density(a / 2, b / 2) / 2)
    rule("chdtri", lambda d, a, y: -d * 2 / gamma_density(a / 2, y / 2), inputs=["b"])
    rule(
        "gdtr",
        lambda d, a, b, c: d * c * gamma_density(b, a * c),
        lambda d, a, b, c: d * gamma_by_a(b, a * c),
        lambda d, a, b, c: d * a * gamma_density(b, a * c),
    )
    rule(
        "gdtrc",
        lambda d, a, b, c: -d * c * gamma_density(b, a * c),
        lambda d, a, b, c: -d * gamma_by_a(b, a * c),
        lambda d, a, b, c: -d * a * gamma_density(b, a * c),
    )
    rule("pdtr", lambda d, a, b: -d * gamma_density(np.floor(a) + 1, b), inputs=["b"])
    rule("pdtrc", lambda d, a, b: d * gamma_density(np.floor(a) + 1, b), inputs=["b"])
    rule("bdtr", lambda d, a, b, c: -d * beta_density(np.floor(a) + 1, b - np.floor(a), c), inputs=["c"])
    rule("bdtrc", lambda d, a, b, c: d * beta_density(np.floor(a) + 1, b - np.floor(a), c), inputs=["c"])

    def student_density(x: Any, a: Any) -> Any:
        """(1 + x²/a)^-(a+1)/2 / √a B(a/2, 1/2); of very many degrees of freedom a that of a normal distribution."""

        def student(x: Any, a: Any) -> Any:
            return np.exp(-(a + 1) / 2 * np.log1p(x * x / a) - sc.betaln(a / 2, 0.5)) / np.sqrt(a)

        normal = lambda x, a: np.exp(-x * x / 2) / math.sqrt(2 * math.pi)  # noqa: E731
        return piecewise(np.greater(plain(a), 1e15), normal, student, x, a)

    rule("stdtr", lambda d, a, b: d * student_density(b, a), inputs=["b"])
    rule("stdtrit", lambda d, a, y: d / student_density(y, a), inputs=["b"])

    def ratio_density(x: Any, a: Any, b: Any) -> Any:
        """The density of a ratio of variances: that of a beta distribution at a x / (b + a x)."""
        return beta_density(a / 2, b / 2, a * x / (b + a * x)) * a * b / (b + a * x) ** 2

    rule("fdtr", lambda d, a, b, c: d * ratio_density(c, a, b), inputs=["c"])
    rule("fdtrc", lambda d, a, b, c: -d * ratio_density(c, a, b), inputs=["c"])
    rule("fdtri", lambda d, a, b, y: d / ratio_density(y, a, b), inputs=["c"])
