"""What gamma functions of large arguments leave over, so that densities do not cancel: Stirling's remainder and kin.

    S(a) = log Γ(a) - (a - ½) log a + a - ½ log 2π

Source: C. Loader, "Fast and accurate computation of binomial probabilities", 2000, whose form of a density is a sum of
small terms. Convention: each helper takes the order of the derivative, or is written with operations that do.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...declare import Operation, elementwise, native, plain
from .pieces import piecewise
from .scipy import bare

LARGE = 16.0  # from here on in Loader's form
SERIES_FROM = 10.0
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798)
HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def _stirling(a: Any, order: int) -> Any:
    """The derivative of this order of S, where a > 0."""
    sc = bare()
    a = native(a)
    x = a.astype(np.float64)
    with np.errstate(all="ignore"):
        u = 1 / np.maximum(x, SERIES_FROM)
        series: Any = 0.0
        for k in range(len(BERNOULLI), 0, -1):  # Σ B_2k / (2k (2k-1) a^(2k-1))
            term = BERNOULLI[k - 1] / (2 * k * (2 * k - 1)) * math.perm(2 * k - 2 + order, order)
            series = series * (u * u) + term
        series = series * u ** (order + 1) * (-1) ** order
        near = np.where(x < SERIES_FROM, x, 1.0)
        if order == 0:
            y = sc.gammaln(near) - (near - 0.5) * np.log(near) + near - HALF_LOG_2PI
        elif order == 1:
            y = sc.psi(near) - np.log(near) + 0.5 / near
        else:
            n, sign = order, (-1) ** order
            y = sign * math.factorial(n - 1) * sc.zeta(n, near)
            y = y + sign * math.factorial(n - 1) * (near - 0.5) * near**-n
            y = y - sign * n * math.factorial(n - 2) * near ** (1 - n)
        y = np.where(x < 0, np.nan, np.where(x < SERIES_FROM, y, series))
    return y.astype(a.dtype if a.dtype.kind == "f" else np.float64)


stirling_derivative: Operation = elementwise(_stirling, lambda d, a, order: d * stirling_derivative(a, order + 1))


def stirling(a: Any) -> Any:
    """S(a)."""
    return stirling_derivative(a, 0)


def _log1pmx(x: Any) -> Any:
    """log(1 + x) - x, which does not cancel; near 0 with v = x/(2+x) it is -v x + 2 (v³/3 + v⁵/5 + ...)."""
    x = native(x)
    with np.errstate(all="ignore"):
        near = np.where(np.abs(x) < 0.5, x, 0)
        v = near / (near + 2)
        square = v * v
        series: Any = 0.0
        for k in range(35, 1, -2):
            series = series * square + 2 / k
        y = np.where(np.abs(x) < 0.5, v * square * series - v * near, np.log1p(x) - x)
    return y.astype(x.dtype) if x.dtype.kind == "f" else y


log1pmx: Operation = elementwise(_log1pmx, lambda d, x: -d * (x / (x + 1)))


def log_ratio(x: Any, k: Any) -> Any:
    """log(x/k) - (x - k)/k, which is 0 at x = k and cancels nowhere."""
    ratio = plain(x) / plain(k)
    near = (ratio > 0.5) & (ratio < 1.5)
    return piecewise(near, lambda x, k: log1pmx((x - k) / k), lambda x, k: np.log(x / k) - (x - k) / k, x, k)


def log_beta(sc: Any, a: Any, b: Any) -> Any:
    """log B(a, b), where one of both may be large: log Γ of the smaller less the difference of two log Γ."""

    def uneven(a: Any, b: Any) -> Any:
        swap = plain(a) < plain(b)
        large, small = np.where(swap, b, a), np.where(swap, a, b)
        ratio = small / large
        growth = (small - 0.5) * np.log1p(ratio) + large * log1pmx(ratio) + small * np.log(large)
        return sc.gammaln(small) - growth - stirling(small + large) + stirling(large)

    big = np.maximum(plain(a), plain(b)) > LARGE
    return piecewise(big, uneven, lambda a, b: sc.gammaln(a) + sc.gammaln(b) - sc.gammaln(a + b), a, b)


def log_poisson(sc: Any, k: Any, x: Any) -> Any:
    """k log x - x - log Γ(k + 1) for real k > -1 and x >= 0."""

    def small(k: Any, x: Any) -> Any:
        return sc.xlogy(k, x) - x - sc.gammaln(k + 1)

    def large(k: Any, x: Any) -> Any:
        return k * log_ratio(x, k) - stirling(k) - 0.5 * np.log(k) - HALF_LOG_2PI

    return piecewise(plain(k) > LARGE, large, small, k, x)


def log_bernoulli(sc: Any, k: Any, m: Any, x: Any, y: Any) -> Any:
    """k log x + m log y - log B(k + 1, m + 1) for real k, m > -1 and 0 <= x <= 1, where y = 1 - x."""

    def small(k: Any, m: Any, x: Any, y: Any) -> Any:
        powers = piecewise(plain(x) < plain(y), left, right, k, m, x, y)
        return powers - log_beta(sc, k + 1, m + 1)

    def left(k: Any, m: Any, x: Any, y: Any) -> Any:
        return sc.xlogy(k, x) + sc.xlog1py(m, -x)

    def right(k: Any, m: Any, x: Any, y: Any) -> Any:
        return sc.xlog1py(k, -y) + sc.xlogy(m, y)

    def large(k: Any, m: Any, x: Any, y: Any) -> Any:
        n = k + m
        p, q = k / n, m / n
        deviance = k * log_ratio(x, p) + m * log_ratio(y, q)
        rest = stirling(n) - stirling(k) - stirling(m) - HALF_LOG_2PI
        return deviance + rest + np.log(n + 1) - 0.5 * np.log(k) - 0.5 * np.log(m) + 0.5 * np.log(n)

    return piecewise(np.minimum(plain(k), plain(m)) > LARGE, large, small, k, m, x, y)
