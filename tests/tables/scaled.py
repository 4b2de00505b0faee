"""Functions of matrices that are homogeneous: f(c a) = cᵏ f(a) for c > 0, so that each derivative has one k less.

Convention: the sample is an ordinary matrix; the degree is k.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd.linalg as al

rng = np.random.default_rng(0)
SQUARE, TALL = rng.normal(size=(3, 3)) + 3 * np.eye(3), rng.normal(size=(4, 3))
POSITIVE = SQUARE @ SQUARE.T
STACK = np.stack([SQUARE, POSITIVE])
RIGHT = rng.normal(size=4)


@dataclass(frozen=True)
class Homogeneous:
    name: str
    function: Callable[[Any], Any]
    degree: float
    sample: Any


def symmetric(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda a: function((a + a.T) / 2)


def right(a: Any) -> Any:
    return RIGHT[: a.shape[-2]].astype(a.dtype)


NORMS = [
    Homogeneous(f"norm {p} of {name}", lambda a, p=p, axis=axis: np.linalg.norm(a, p, axis), 1, SQUARE)
    for name, axis, orders in (
        ("all elements", None, (None,)),
        ("rows", 1, (1, 2, 3, 0.5, -2, np.inf)),
        ("matrices", (0, 1), (1, 2, -2, "nuc", "fro", np.inf)),
    )
    for p in orders
]
SCALED = [
    Homogeneous("inv", np.linalg.inv, -1, STACK),
    Homogeneous("pinv", np.linalg.pinv, -1, TALL),
    Homogeneous("pinv of wide matrices", lambda a: np.linalg.pinv(a.mT), -1, TALL),
    Homogeneous("solve", lambda a: np.linalg.solve(a, right(a)), -1, SQUARE),
    Homogeneous("lstsq", lambda a: np.linalg.lstsq(a, right(a))[0], -1, TALL),
    Homogeneous("slogdet", lambda a: np.linalg.slogdet(a)[1], 0, STACK),
    Homogeneous("cholesky", symmetric(np.linalg.cholesky), 0.5, POSITIVE),
    Homogeneous("qr: q", lambda a: np.linalg.qr(a)[0], 0, TALL),
    Homogeneous("qr: r", lambda a: np.linalg.qr(a)[1], 1, TALL),
    Homogeneous("svd: u", lambda a: np.linalg.svd(a, False)[0], 0, TALL),
    Homogeneous("svd: s", np.linalg.svdvals, 1, STACK),
    Homogeneous("svd: vh", lambda a: np.linalg.svd(a, False)[2], 0, TALL),
    Homogeneous("eigh: values", symmetric(np.linalg.eigvalsh), 1, POSITIVE),
    Homogeneous("eigh: vectors", symmetric(lambda a: np.linalg.eigh(a)[1]), 0, POSITIVE),
    Homogeneous("eig: values", lambda a: np.real(np.sum(np.linalg.eigvals(a) ** 0.5)), 0.5, POSITIVE),
    Homogeneous("cond", np.linalg.cond, 0, SQUARE),
    Homogeneous("cond fro", lambda a: np.linalg.cond(a, "fro"), 0, SQUARE),
    Homogeneous("matrix_power", lambda a: np.linalg.matrix_power(a, -2), -2, SQUARE),
    Homogeneous("sqrtm", al.sqrtm, 0.5, POSITIVE),
    Homogeneous("logm", lambda a: al.logm(a) - al.logm(a.mT), 0, SQUARE),
    Homogeneous("solve_triangular", lambda a: al.solve_triangular(a, right(a)), -1, SQUARE),
    *NORMS,
]
