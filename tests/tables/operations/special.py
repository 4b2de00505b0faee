"""Rows of SciPy's special functions and of autograd.special."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special as sc

from autograd import special
from autograd.ops.special.normal import log_distribution, scaled_complement
from autograd.ops.special.scipy import ensure_scipy
from autograd.ops.special.stirling import log1pmx, stirling
from autograd.stats.pieces import log1mexp, log1p_over

from .row import Row, Sample, compl, nonzero, positive, real, row, unit

ensure_scipy()  # the table is read before any tensor meets one of these functions

from autograd.ops.special.incomplete_beta import beta_below, log_betainc  # noqa: E402  (which needs the rules)
from autograd.ops.special.incomplete_gamma import gamma_lower, gamma_upper, log_gammainc, log_gammaincc  # noqa: E402


def between(low: float, high: float, *shape: int) -> Sample:
    return real(*shape, low=low, high=high)


WIDE = frozenset({"float64"})  # with Python's numbers SciPy computes in float64
BETAS = "betainc", "betaincc", "betaincinv", "betainccinv"
OWN_PRECISION = {"ellipe", "ellipk", "ellipkm1", "spence"}
POLYNOMIALS: list[tuple[Any, ...]] = [
    ("chebyt",), ("chebyu",), ("gegenbauer", 0.7), ("genlaguerre", 0.7), ("hermite",), ("hermitenorm",),
    ("jacobi", 0.7, 0.4), ("laguerre",), ("legendre",),
]  # fmt: skip
probability = between(0.1, 0.9, 3)


def of_one(sample: Sample, *names: str) -> list[Row]:
    """A row for each of these functions of one variable, if this SciPy has it."""
    functions = [getattr(sc, name) for name in names if hasattr(sc, name)]
    return [
        row(f.__name__, f, f, sample, flags=WIDE if f.__name__ in OWN_PRECISION else frozenset()) for f in functions
    ]


def of_last(name: str, sample: Sample, *constants: Any) -> Row:
    """A function differentiated in its last argument; the others are constants."""
    function = getattr(sc, name)
    return row(name, function, lambda x: function(*constants, x), sample, flags=WIDE)


def of_all(function: Any, *samples: Sample) -> Row:
    """A function differentiated in all of its arguments."""
    return row(function.__name__, function, function, *samples, flags=WIDE)


def halves(name: str) -> Row:
    """A function of two results, both used."""
    function = getattr(sc, name)
    return row(name, function, lambda x: function(x)[0] * x + function(x)[1], positive(3))


SCIPY = [
    *of_one(real(3), "erf", "erfc", "erfi", "erfcx", "dawsn", "ndtr", "log_ndtr", "expit", "log_expit"),
    *of_one(real(3), "expm1", "cosm1", "exp2", "exp10", "exprel", "j0", "j1", "i0", "i1", "sindg", "cosdg", "tandg"),
    *of_one(compl(3), "wofz", "wrightomega"),
    row("loggamma", sc.loggamma, sc.loggamma, positive(3)),
    row("loggamma complex", sc.loggamma, sc.loggamma, compl(3), second=False),  # SciPy has no complex trigamma
    *of_one(unit(3), "erfinv", "ellipk", "ellipe"),
    *of_one(probability, "ndtri", "logit", "entr", "ellipkm1"),
    *of_one(between(0.3, 1.7, 3), "erfcinv"),
    *of_one(between(-3, -0.3, 3), "ndtri_exp"),
    *of_one(positive(3), "gamma", "rgamma", "gammaln", "psi", "log1p", "cbrt"),
    *of_one(positive(3), "y0", "y1", "k0", "k1", "k0e", "k1e", "exp1", "expi", "spence"),
    *of_one(nonzero(3), "i0e", "i1e", "cotdg"),
    row("i0e far from 0", sc.i0e, sc.i0e, between(-60, -40, 3)),
    row("kve far from 0", sc.kve, lambda x: sc.kve(np.array([1, 2]), x), between(40, 60, 2), flags=WIDE),
    row("rgamma of negative numbers", sc.rgamma, sc.rgamma, between(-2, 0.4, 3)),
    row("erfcx far from 0", sc.erfcx, lambda x: sc.erfcx(x) * 100, between(11, 20, 3)),
    row("wofz far from 0", sc.wofz, lambda z: sc.wofz(z + 12j) * 100, compl(3)),
    *(halves(name) for name in ("sici", "shichi", "fresnel")),
    row("erf complex", sc.erf, sc.erf, compl(3)),
    row("gamma of negative numbers", sc.gamma, sc.gamma, between(-0.8, -0.2, 3)),
    row("airy", sc.airy, lambda x: sum((k + 1) * y for k, y in enumerate(sc.airy(x))), real(3)),
    row("gammasgn", sc.gammasgn, lambda x: sc.gammasgn(x) * x, between(-0.8, -0.2, 3)),
    row("round", sc.round, lambda x: sc.round(x) * x, between(1.1, 1.4, 3)),
    row("radian", sc.radian, sc.radian, real(3), real(3), real(1)),
    row("zeta", "zeta", lambda q: sc.zeta(np.array([2, 3]), q), positive(2)),
    row("lambertw", "lambertw", lambda x: np.real(sc.lambertw(x)), positive(3), flags=WIDE),
    row("lambertw of another branch", "lambertw", lambda z: sc.lambertw(z, 1), compl(3), flags=WIDE),
    row("beta", sc.beta, sc.beta, positive(3), positive(1)),
    row("betaln", sc.betaln, sc.betaln, positive(3), positive(1)),
    row("poch", sc.poch, sc.poch, positive(3), positive(1)),
    row("binom", sc.binom, sc.binom, between(3, 4, 3), between(1.1, 1.9, 3)),
    *(of_all(getattr(sc, name), positive(3), positive(3)) for name in ("gammainc", "gammaincc", "chdtr", "chdtrc")),
    *(of_all(getattr(sc, name), positive(3), probability) for name in ("gammaincinv", "gammainccinv")),
    *(of_all(getattr(sc, name), positive(3), positive(1), probability) for name in BETAS),
    *(of_all(getattr(sc, name), positive(1), positive(3), positive(3)) for name in ("gdtr", "gdtrc")),
    *(of_last(name, positive(3), 0.5, 1.5) for name in ("fdtr", "fdtrc")),
    *(of_last(name, positive(3), np.array([0, 1, 3])) for name in ("pdtr", "pdtrc")),
    *(of_last(name, probability, np.array([0.0, 1, 3]), 5) for name in ("bdtr", "bdtrc")),
    of_last("chdtri", probability, 1.5),
    of_last("stdtr", real(3), np.array([1, 3.5, 1e20])),
    of_last("stdtrit", probability, 3.5),
    of_last("fdtri", probability, 1.5, 2.5),
    *(of_last(name, positive(3), np.array([0, 1, 2])) for name in ("jv", "yv", "iv", "kv", "ive", "kve")),
    *(of_last(name, positive(3), 2) for name in ("yn", "kn", "expn")),
    *(of_last(f"eval_{name}", unit(3), np.array([0, 1, 4]), *more) for name, *more in POLYNOMIALS),
    of_last("hyp0f1", real(3), 1.5),
    of_last("hyp1f1", real(3), 0.5, 1.5),
    of_last("hyp2f1", between(-0.8, 0.8, 3), 0.5, 1.0, 1.5),
    row("xlogy", sc.xlogy, sc.xlogy, real(3), positive(1)),
    row("xlogy of 0", sc.xlogy, lambda b: sc.xlogy(b * 0, b) + sc.xlogy(0, b * 0) + b, positive(2), flags=WIDE),
    row("xlog1py", sc.xlog1py, sc.xlog1py, real(3), positive(1)),
    row("rel_entr", sc.rel_entr, sc.rel_entr, positive(3), positive(1)),
    row("kl_div", sc.kl_div, sc.kl_div, positive(3), positive(1)),
    row("powm1", sc.powm1, sc.powm1, positive(3), real(3)),
    row("huber", sc.huber, sc.huber, between(0.9, 1.1, 1), lambda rng: np.array([-2.0, -0.5, 0.3, 1.7])),
    row("pseudo_huber", sc.pseudo_huber, sc.pseudo_huber, positive(1), real(3)),
    row("boxcox", sc.boxcox, sc.boxcox, positive(3), real(3)),
    row("boxcox at 0", sc.boxcox, lambda x, p: sc.boxcox(x, p * 0), positive(2), real(2)),
    row("boxcox1p", sc.boxcox1p, sc.boxcox1p, positive(3), real(3)),
    row("inv_boxcox", sc.inv_boxcox, sc.inv_boxcox, between(0.1, 0.4, 3), between(-1, 1, 3)),
    row("inv_boxcox1p", sc.inv_boxcox1p, sc.inv_boxcox1p, between(0.1, 0.4, 3), between(-1, 1, 3)),
]

OURS = [
    row("softmax", "softmax", special.softmax, real(2, 3)),
    row("softmax axis", "softmax", lambda x: special.softmax(x, axis=(0, -1)), real(2, 2, 2)),
    row("softmax of rows far apart", "softmax", lambda x: special.softmax(x * 20, axis=-1), real(2, 3)),
    row("log_softmax", "log_softmax", special.log_softmax, real(2, 3)),
    row("log_softmax axis", "log_softmax", lambda x: special.log_softmax(x, axis=-1), real(2, 3)),
    row("logsumexp", "logsumexp", special.logsumexp, real(2, 3)),
    row("logsumexp axis", "logsumexp", lambda x: special.logsumexp(x, axis=(0, -1)), real(2, 2, 2)),
    row("logsumexp keepdims", "logsumexp", lambda x: special.logsumexp(x, 1, keepdims=True), real(2, 3)),
    row("logsumexp weights", "logsumexp", lambda x, b: special.logsumexp(x, -1, b), real(2, 3), positive(3)),
    row(
        "logsumexp sign",
        "logsumexp",
        lambda x, b: special.logsumexp(x, 0, b, return_sign=True)[0],
        real(2, 3),
        between(-2, -1, 3),
    ),
    row("polygamma", (sc.psi, "zeta"), lambda x: special.polygamma([0, 1, 2], x), positive(3)),
    row(
        "counts",
        (sc.gamma, sc.binom, sc.poch),
        lambda n: special.factorial(n) + special.comb(n + 3, [1, 2, 9]) * special.perm(n + 3, [2, 1, -1]),
        positive(3),
    ),
    *(of_all(function, positive(3), positive(3)) for function in (log_gammainc, log_gammaincc)),
    of_all(log_betainc, positive(3), positive(1), real(3)),
    row(
        "tails of gamma distributions",
        ("lower", "upper"),
        lambda x, a: gamma_lower(x * a / 3, a, (0,)) + gamma_upper(x + a, a, (0, 0)) + gamma_upper(x + a, a),
        positive(3),
        positive(3),
        flags=WIDE,
    ),
    row(
        "tails of beta distributions",
        "below",
        lambda z, a, b: beta_below(z - 5, a, b, (0,)) + beta_below(z - 5, a, b, (1,)) + beta_below(z - 5, a, b),
        real(2),
        positive(2),
        positive(1),
        flags=WIDE,
    ),
    row("log_ndtr without SciPy", "log_distribution", log_distribution, real(3)),
    row("erfcx without SciPy", "erfcx_derivative", scaled_complement, real(3)),
    row("log(1 + x) - x", "log1pmx", log1pmx, between(-0.7, 2, 3)),
    row("Stirling's remainder", "stirling", lambda a: stirling(a) + stirling(a + 20), positive(3)),
    row("log(1 - exp(x))", "log1mexp", log1mexp, between(-3, -0.1, 3)),
    row("log(1 + u)/u", "log1p_ratio", lambda c, z: log1p_over(c, z), between(-0.4, 2, 3), positive(1)),
    row("multigammaln", sc.gammaln, lambda a: special.multigammaln(a, 3), between(2, 3, 3)),
]

ROWS: list[Row] = [*SCIPY, *OURS]
