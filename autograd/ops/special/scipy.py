"""SciPy's special functions, differentiated when plain ``scipy.special`` ufuncs are called on tensors.

Convention: SciPy is never imported here. When a tensor meets a ufunc that has no rule and ``scipy.special``
has been imported by somebody, ``ensure_scipy`` declares these rules, once. d is the derivative passing
through, y the result, x or a, b, c the ufunc's inputs in order; an input that is not differentiated
(the order of a Bessel function) is no parameter of its rules, and a tracked tensor there raises an error.
The derivatives are those of the NIST Digital Library of Mathematical Functions (dlmf.nist.gov).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import elementwise, primitive
from ..special_points import floating, over, zero_slope

ROOT_PI = math.sqrt(math.pi)
ROOT_2PI = math.sqrt(2 * math.pi)
declared = False


def ensure_scipy() -> bool:
    """Declare the rules of scipy.special's ufuncs if it is imported; tell whether they are declared now."""
    global declared
    sc = sys.modules.get("scipy.special")
    if sc is not None and not declared:
        for family in (error_functions, gamma_functions, bessel_functions, logarithms, integrals, in_degrees):
            family(sc)
        declared = True  # last, so that no other thread goes on without them
    return declared


def _rules(sc: Any) -> Callable[..., None]:
    """``elementwise`` by the ufunc's name, for those that this SciPy has."""

    def rules(name: str, *pulls: Any, **options: Any) -> None:
        function = getattr(sc, name, None)
        if isinstance(function, np.ufunc):
            elementwise(function, *pulls, **options)

    return rules


def error_functions(sc: Any) -> None:
    """The error function and its relatives: integrals of exp(-x²) (DLMF 7)."""
    rule = _rules(sc)
    c = 2 / ROOT_PI
    rule("erf", lambda d, x: d * np.exp(-x * x) * c)
    rule("erfc", lambda d, x: d * np.exp(-x * x) * -c)
    rule("erfi", lambda d, x: d * np.exp(x * x) * c)
    rule("erfcx", lambda d, x, y: d * (2 * x * y - c))
    rule("erfinv", lambda d, y: d * np.exp(y * y) / c)
    rule("erfcinv", lambda d, y: d * np.exp(y * y) / -c)
    rule("dawsn", lambda d, x, y: d * (1 - 2 * x * y))
    rule("wofz", lambda d, x, y: d * (1j * c - 2 * x * y))
    rule("ndtr", lambda d, x: d * np.exp(-x * x / 2) / ROOT_2PI)
    rule("ndtri", lambda d, y: d * np.exp(y * y / 2) * ROOT_2PI)
    rule("log_ndtr", lambda d, x, y: d * np.exp(-x * x / 2 - y) / ROOT_2PI)
    rule("ndtri_exp", lambda d, x, y: d * np.exp(x + y * y / 2) * ROOT_2PI)


def gamma_functions(sc: Any) -> None:
    """The gamma and beta functions (DLMF 5, 8, 25)."""
    rule = _rules(sc)
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
    rule(
        "beta",
        lambda d, a, b, y: d * y * (psi(a) - psi(a + b)),
        lambda d, a, b, y: d * y * (psi(b) - psi(a + b)),
    )
    rule("betaln", lambda d, a, b: d * (psi(a) - psi(a + b)), lambda d, a, b: d * (psi(b) - psi(a + b)))
    rule("poch", lambda d, a, b, y: d * y * (psi(a + b) - psi(a)), lambda d, a, b, y: d * y * psi(a + b))
    rule(
        "binom",
        lambda d, a, b, y: d * y * (psi(a + 1) - psi(a - b + 1)),
        lambda d, a, b, y: d * y * (psi(a - b + 1) - psi(b + 1)),
    )

    def gamma_density(x: Any, a: Any) -> Any:
        """x^(a-1) e^-x / Γ(a)."""
        return np.exp(sc.xlogy(a - 1, x) - x - sc.gammaln(a))

    def beta_density(x: Any, a: Any, b: Any) -> Any:
        """x^(a-1) (1-x)^(b-1) / B(a, b)."""
        return np.exp(sc.xlogy(a - 1, x) + sc.xlog1py(b - 1, -x) - sc.betaln(a, b))

    rule("gammainc", lambda d, a, b: d * gamma_density(b, a), inputs=["b"])
    rule("gammaincc", lambda d, a, b: -d * gamma_density(b, a), inputs=["b"])
    rule("gammaincinv", lambda d, a, y: d / gamma_density(y, a), inputs=["b"])
    rule("gammainccinv", lambda d, a, y: -d / gamma_density(y, a), inputs=["b"])
    rule("betainc", lambda d, a, b, c: d * beta_density(c, a, b), inputs=["c"])
    rule("betaincc", lambda d, a, b, c: -d * beta_density(c, a, b), inputs=["c"])
    rule("betaincinv", lambda d, a, b, y: d / beta_density(y, a, b), inputs=["c"])
    rule("betainccinv", lambda d, a, b, y: -d / beta_density(y, a, b), inputs=["c"])


def bessel_functions(sc: Any) -> None:
    """Bessel, Airy and hypergeometric functions: the derivative is a neighbour in order (DLMF 9, 10, 15)."""
    rule = _rules(sc)
    rule("j0", lambda d, x: -d * sc.j1(x))
    rule("j1", lambda d, x: d * (sc.j0(x) - sc.jv(2, x)) / 2)
    rule("jv", lambda d, a, b: d * (sc.jv(a - 1, b) - sc.jv(a + 1, b)) / 2, inputs=["b"])
    rule("y0", lambda d, x: -d * sc.y1(x))
    rule("y1", lambda d, x: d * (sc.y0(x) - sc.yv(2, x)) / 2)
    rule("yn", lambda d, a, b: d * (sc.yv(a - 1, b) - sc.yv(a + 1, b)) / 2, inputs=["b"])
    rule("yv", lambda d, a, b: d * (sc.yv(a - 1, b) - sc.yv(a + 1, b)) / 2, inputs=["b"])
    rule("i0", lambda d, x: d * sc.i1(x))
    rule("i1", lambda d, x: d * (sc.i0(x) + sc.iv(2, x)) / 2)
    rule("iv", lambda d, a, b: d * (sc.iv(a - 1, b) + sc.iv(a + 1, b)) / 2, inputs=["b"])
    rule("k0", lambda d, x: -d * sc.k1(x))
    rule("k1", lambda d, x: -d * (sc.k0(x) + sc.kv(2, x)) / 2)
    rule("kn", lambda d, a, b: -d * (sc.kv(a - 1, b) + sc.kv(a + 1, b)) / 2, inputs=["b"])
    rule("kv", lambda d, a, b: -d * (sc.kv(a - 1, b) + sc.kv(a + 1, b)) / 2, inputs=["b"])
    # scaled: i0e(x) = exp(-|x|) i0(x), k0e(x) = exp(x) k0(x)
    rule("i0e", lambda d, x, y: d * (sc.i1e(x) - np.sign(x) * y))
    rule("i1e", lambda d, x, y: d * ((sc.i0e(x) + sc.ive(2, x)) / 2 - np.sign(x) * y))
    rule("ive", lambda d, a, b, y: d * ((sc.ive(a - 1, b) + sc.ive(a + 1, b)) / 2 - np.sign(b) * y), inputs=["b"])
    rule("k0e", lambda d, x, y: d * (y - sc.k1e(x)))
    rule("k1e", lambda d, x, y: d * (y - (sc.k0e(x) + sc.kve(2, x)) / 2))
    rule("kve", lambda d, a, b, y: d * (y - (sc.kve(a - 1, b) + sc.kve(a + 1, b)) / 2), inputs=["b"])
    rule("hyp0f1", lambda d, a, b: d * sc.hyp0f1(a + 1, b) / a, inputs=["b"])
    rule("hyp1f1", lambda d, a, b, c: d * sc.hyp1f1(a + 1, b + 1, c) * (a / b), inputs=["c"])

    def hyp2f1_rule(g: Any, a: Any, b: Any, c: Any, d: Any) -> Any:  # here d is the fourth input
        return g * sc.hyp2f1(a + 1, b + 1, c + 1, d) * (a * b / c)

    rule("hyp2f1", hyp2f1_rule, inputs=["d"])
    # Ai'' = x Ai, Bi'' = x Bi; the results are Ai, Ai', Bi, Bi'
    primitive(
        sc.airy,
        pull=lambda g, x, y: g[0] * y[1] + g[1] * x * y[0] + g[2] * y[3] + g[3] * x * y[2],
        push=lambda t, x, y: (t * y[1], t * x * y[0], t * y[3], t * x * y[2]),
        results=True,
    )


def logarithms(sc: Any) -> None:
    """Logarithms and exponentials in combinations that stay accurate, and the transforms of statistics."""
    rule = _rules(sc)
    rule("expit", lambda d, y: d * y * (1 - y))
    rule("log_expit", lambda d, x: d * sc.expit(-x))
    rule("logit", lambda d, x: d / (x * (1 - x)))
    rule("xlogy", lambda d, b: d * np.log(floating(b, d)), lambda d, a, b: over(d * a, b))
    rule("xlog1py", lambda d, b: d * np.log1p(floating(b, d)), lambda d, a, b: over(d * a, b + 1))
    rule("entr", lambda d, x: -d * (np.log(x) + 1))
    rule("rel_entr", lambda d, a, b: d * (np.log(a / b) + 1), lambda d, a, b: -d * a / b)
    rule("kl_div", lambda d, a, b: d * np.log(a / b), lambda d, a, b: d * (1 - a / b))
    rule("expm1", lambda d, y: d + d * y)
    rule("log1p", lambda d, x: d / (x + 1))
    rule("cosm1", lambda d, x: -d * np.sin(x))
    rule("exp2", lambda d, y: d * y * math.log(2))
    rule("exp10", lambda d, y: d * y * math.log(10))
    rule("cbrt", lambda d, y: over(d, 3 * y * y))
    rule("exprel", lambda d, x: d * sc.hyp1f1(2, 3, x) / 2)  # exprel is hyp1f1(1, 2, x)
    rule("powm1", lambda d, a, b: d * b * a ** (b - 1), lambda d, a, b: d * a**b * np.log(floating(a, d)))
    rule("huber", lambda d, a, b: d * np.maximum(np.abs(b) - a, 0), lambda d, a, b: d * np.clip(b, -a, a))

    def slope(a: Any, b: Any) -> Any:
        """pseudo_huber(a, b) = a² (s - 1) with s = √(1 + (b/a)²)."""
        return np.sqrt(1 + (b / a) * (b / a))

    rule(
        "pseudo_huber",
        lambda d, a, b, y: d * (2 * y / a - b * b / (a * slope(a, b))),
        lambda d, a, b: d * b / slope(a, b),
    )

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
    lambertw = getattr(sys.modules.get("scipy.special._ufuncs"), "_lambertw", None)  # what sc.lambertw calls
    if isinstance(lambertw, np.ufunc):

        def forward(a: Any, b: Any, c: Any) -> Any:
            return lambertw(a, b, c)

        elementwise(lambertw, lambda d, a, y: d / (a + np.exp(y)), forward=forward, name="lambertw")
    rule("wrightomega", lambda d, y: d * y / (y + 1))


def integrals(sc: Any) -> None:
    """Functions defined by an integral: the derivative is the integrand (DLMF 6, 7.2, 19, 25.12)."""
    rule = _rules(sc)
    rule("exp1", lambda d, x: -d * np.exp(-x) / x)
    rule("expi", lambda d, x: d * np.exp(x) / x)
    rule("expn", lambda d, a, b: -d * sc.expn(a - 1, b), inputs=["b"])
    rule("spence", lambda d, x: -d * sc.hyp2f1(1, 1, 2, 1 - x))  # log(x) / (1 - x)
    rule("ellipk", lambda d, x: d * sc.hyp2f1(1.5, 1.5, 2, x) * (math.pi / 8))
    rule("ellipkm1", lambda d, x: d * sc.hyp2f1(1.5, 1.5, 2, 1 - x) * (-math.pi / 8))
    rule("ellipe", lambda d, x: d * sc.hyp2f1(0.5, 1.5, 2, x) * (-math.pi / 8))
    pair(sc.sici, lambda x: np.sinc(x / math.pi), lambda x: np.cos(x) / x)
    pair(sc.shichi, lambda x: sc.exprel(-2 * x) * np.exp(x), lambda x: np.cosh(x) / x)
    pair(sc.fresnel, lambda x: np.sin(x * x * (math.pi / 2)), lambda x: np.cos(x * x * (math.pi / 2)))


def pair(function: Any, first: Callable[[Any], Any], second: Callable[[Any], Any]) -> None:
    """Declare a function of two results by the derivatives of both."""
    primitive(
        function,
        pull=lambda g, x: g[0] * first(x) + g[1] * second(x),
        push=lambda t, x: (t * first(x), t * second(x)),
        results=True,
    )


def in_degrees(sc: Any) -> None:
    """Trigonometry in degrees, and rounding."""
    rule = _rules(sc)
    degree = math.pi / 180
    rule("sindg", lambda d, x: d * sc.cosdg(x) * degree)
    rule("cosdg", lambda d, x: d * sc.sindg(x) * -degree)
    rule("tandg", lambda d, y: d * (1 + y * y) * degree)
    rule("cotdg", lambda d, y: d * (1 + y * y) * -degree)
    rule("radian", lambda d: d * degree, lambda d: d * (degree / 60), lambda d: d * (degree / 3600))
    rule("round", zero_slope)
