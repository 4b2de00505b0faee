"""How functions of numbers are written, and their derivatives in symbols, as a lecturer writes them.

Convention: a row has the function's name in the engine, its derivatives by its operands as expressions of these, and
what it is called in text and LaTeX. ``value`` computes it, for arrays too. What is arithmetic (+, -, *, /, squares)
needs no row: ``operations.py`` makes expressions of it. To add a function: one row here.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...value.functions import polygamma as psi
from .expression import Expression, Number, Relation, Test, call, expression, power
from .expression import broadcast as together

__all__ = ["FUNCTIONS", "Function"]

PI, E = Number(math.pi, "π"), Number(math.e, "e")
Slope = Callable[..., Expression]


@dataclass(frozen=True)
class Function:
    """One row.

    ``word``  is written as a word before its operand (``tanh x``) where that is a single symbol; else ``f(x)``
    """

    name: str
    value: Callable[..., Any]
    slopes: tuple[Slope, ...]
    text: str
    latex: str
    word: bool = False

    def takes(self, count: int) -> bool:
        """Do the derivatives fit so many operands?"""
        return _takes(self.name, count)


@functools.cache
def _takes(name: str, count: int) -> bool:
    return all(_binds(slope, count) for slope in FUNCTIONS[name].slopes)


def _binds(slope: Slope, count: int) -> bool:
    try:
        inspect.signature(slope).bind(*range(count))
    except TypeError:
        return False
    return True


FUNCTIONS: dict[str, Function] = {}


def row(
    name: str,
    value: Callable[..., Any],
    *slopes: Any,
    text: str = "",
    latex: str = "",
    word: bool = False,
) -> None:
    """Add a function; a slope that is a number is one for all operands."""
    made = tuple([d if callable(d) else (lambda *_, d=d: expression(d)) for d in slopes])
    spoken = text or name
    FUNCTIONS[name] = Function(
        name, value, made, spoken, latex or (rf"\{spoken}" if spoken in LATEX else rf"\mathrm{{{spoken}}}"),
        word,
    )  # fmt: skip


LATEX = {"arccos", "arcsin", "arctan", "cos", "cosh", "exp", "log", "max", "min", "sin", "sinh", "tan", "tanh"}


def each(function: Callable[..., float]) -> Callable[..., Any]:
    """A function of numbers for arrays too."""
    many = np.vectorize(function, otypes=[float])
    return lambda *args: many(*args) if any(np.ndim(x) for x in args) else function(*args)


def holds(a: Any, relation: Relation, b: Any) -> Expression:
    """[a > b]"""
    a, b = expression(a), expression(b)
    return Test(a, relation, b, together((a, b)))


def f(name: str) -> Callable[..., Expression]:
    return lambda *args: call(name, *args)


abs_, cbrt, sqrt, sign, floor, trunc, rint = map(f, ("absolute", "cbrt", "sqrt", "sign", "floor", "trunc", "rint"))
exp, exp2, log, sin, cos, tan = map(f, ("exp", "exp2", "log", "sin", "cos", "tan"))
sinh, cosh, tanh, hypot = map(f, ("sinh", "cosh", "tanh", "hypot"))
sigmoid, softplus, hardsigmoid, rbf = map(f, ("sigmoid", "softplus", "hardsigmoid", "rbf"))
gamma, digamma, polygamma = map(f, ("gamma", "digamma", "polygamma"))
normal, density = map(f, ("normal distribution", "normal density"))

# ---------------------------------------------------------------- powers, exponentials, logarithms

row("sqrt", np.sqrt, lambda x: 1 / (2 * sqrt(x)), text="√", latex=r"\sqrt")
row("cbrt", np.cbrt, lambda x: 1 / (3 * cbrt(x) ** 2), text="∛", latex=r"\sqrt[3]")
row("exp", np.exp, lambda x: exp(x), word=True)
row("exp2", np.exp2, lambda x: exp2(x) * log(2))
row("expm1", np.expm1, lambda x: exp(x))
row("log", np.log, lambda x: 1 / x, word=True)
row("log2", np.log2, lambda x: 1 / (x * log(2)), latex=r"\log_2", word=True)
row("log10", np.log10, lambda x: 1 / (x * log(10)), latex=r"\log_{10}", word=True)
row("log1p", np.log1p, lambda x: 1 / (1 + x))

# ---------------------------------------------------------------- trigonometric and hyperbolic functions

row("sin", np.sin, lambda x: cos(x), word=True)
row("cos", np.cos, lambda x: -sin(x), word=True)
row("tan", np.tan, lambda x: 1 + tan(x) ** 2, word=True)
row("arcsin", np.arcsin, lambda x: 1 / sqrt(1 - x**2), word=True)
row("arccos", np.arccos, lambda x: -1 / sqrt(1 - x**2), word=True)
row("arctan", np.arctan, lambda x: 1 / (1 + x**2), word=True)
row("sinh", np.sinh, lambda x: cosh(x), word=True)
row("cosh", np.cosh, lambda x: sinh(x), word=True)
row("tanh", np.tanh, lambda x: 1 - tanh(x) ** 2, word=True)
row("arcsinh", np.arcsinh, lambda x: 1 / sqrt(x**2 + 1), text="arsinh", word=True)
row("arccosh", np.arccosh, lambda x: 1 / sqrt(x**2 - 1), text="arcosh", word=True)
row("arctanh", np.arctanh, lambda x: 1 / (1 - x**2), text="artanh", word=True)
row("deg2rad", np.deg2rad, lambda x: PI / 180, text="radians")
row("rad2deg", np.rad2deg, lambda x: 180 / PI, text="degrees")
row("radians", np.radians, lambda x: PI / 180)
row("degrees", np.degrees, lambda x: 180 / PI)
row("arctan2", np.arctan2, lambda a, b: b / (a**2 + b**2), lambda a, b: -a / (a**2 + b**2))
row("hypot", np.hypot, lambda a, b: a / hypot(a, b), lambda a, b: b / hypot(a, b))

# ---------------------------------------------------------------- pieces

row("absolute", np.absolute, lambda x: sign(x), text="abs")
row("fabs", np.fabs, lambda x: sign(x), text="abs")
row("sign", np.sign, 0)
row("floor", np.floor, 0)
row("ceil", np.ceil, 0)
row("trunc", np.trunc, 0)
row("rint", np.rint, 0, text="round")
row("relu", lambda x: np.maximum(x, 0), lambda x: holds(x, ">", 0))


for name, value, text, first, second in [
    ("maximum", np.maximum, "max", ">", "<"), ("fmax", np.fmax, "max", ">", "<"),
    ("minimum", np.minimum, "min", "<", ">"), ("fmin", np.fmin, "min", "<", ">"),
]:  # fmt: skip
    row(
        name, value,
        lambda a, b, r=first: holds(a, r, b) + holds(a, "=", b) / 2,
        lambda a, b, r=second: holds(a, r, b) + holds(a, "=", b) / 2, text=text,
    )  # fmt: skip
row("raised", np.maximum, lambda a, b: holds(a, "≥", b), lambda a, b: holds(a, "<", b), text="max")
row("lowered", np.minimum, lambda a, b: holds(a, "≤", b), lambda a, b: holds(a, ">", b), text="min")
row("floor_divide", np.floor_divide, 0, 0, text="floordiv")
row("remainder", np.remainder, 1, lambda a, b: -floor(a / b), text="mod")
row("fmod", np.fmod, 1, lambda a, b: -trunc(a / b))
row("ieee_remainder", each(math.remainder), 1, lambda a, b: -rint(a / b), text="rem")
row("copysign", np.copysign, lambda a, b: sign(a) * call("copysign", 1, b), 0)
row("ldexp", lambda x, i: np.ldexp(x, np.int64(i)), lambda x, i: power(2, i))

# ---------------------------------------------------------------- activations


def _logistic(x: Any) -> Any:
    return np.exp(-np.logaddexp(0, -x))


def _softplus(x: Any, beta: Any = 1) -> Any:
    return np.logaddexp(0, beta * x) / beta


_distribution = each(lambda x: math.erfc(-x / math.sqrt(2)) / 2)


def _gelu(x: Any, approximate: Any = "none") -> Any:
    if approximate != "none":
        raise ValueError("gelu: only the exact one is written as a formula")
    return x * _distribution(x)


row("sigmoid", _logistic, lambda x: sigmoid(x) * (1 - sigmoid(x)), text="σ", latex=r"\sigma")
row("logsigmoid", lambda x: -np.logaddexp(0, -x), lambda x: 1 - sigmoid(x), text="logσ", latex=r"\log\sigma")
row("softplus", _softplus, lambda x, beta=1: sigmoid(beta * expression(x)))
row("softsign", lambda x: x / (1 + np.abs(x)), lambda x: 1 / (1 + abs_(x)) ** 2)
row("gaussian", lambda x: np.exp(-x * x), lambda x: -2 * x * exp(-(x**2)))
row("rbf", lambda x, c, w: np.exp(-(((x - c) / w) ** 2)),
    lambda x, c, w: 2 * (c - x) / w**2 * rbf(x, c, w), lambda x, c, w: 2 * (x - c) / w**2 * rbf(x, c, w),
    lambda x, c, w: 2 * (x - c) ** 2 / w**3 * rbf(x, c, w))  # fmt: skip
row("silu", lambda x: x * _logistic(x), lambda x: sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x)))
row("leaky_relu", lambda x, a=0.01: np.where(x > 0, x, a * x),
    lambda x, a=0.01: holds(x, ">", 0) + a * holds(x, "≤", 0))  # fmt: skip
row("hardtanh", lambda x, a=-1, b=1: np.clip(x, a, b), lambda x, a=-1, b=1: holds(x, ">", a) * holds(x, "<", b))
row("hardsigmoid", lambda x: np.clip(x / 6 + 0.5, 0, 1), lambda x: holds(x, ">", -3) * holds(x, "<", 3) / 6)
row("hardswish", lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    lambda x: hardsigmoid(x) + x * holds(x, ">", -3) * holds(x, "<", 3) / 6)  # fmt: skip
row("threshold", lambda x, a, b: np.where(x <= a, b, x), lambda x, a, b: holds(x, ">", a))
row("elu", lambda x, a=1: np.where(x > 0, x, a * np.expm1(np.minimum(x, 0))),
    lambda x, a=1: holds(x, ">", 0) + a * exp(x) * holds(x, "≤", 0))  # fmt: skip
ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805
row("selu", lambda x: SCALE * np.where(x > 0, x, ALPHA * np.expm1(np.minimum(x, 0))),
    lambda x: SCALE * holds(x, ">", 0) + SCALE * ALPHA * exp(x) * holds(x, "≤", 0))  # fmt: skip
row("gelu", _gelu, lambda x: normal(x) + x * density(x))
row("mish", lambda x: x * np.tanh(_softplus(x)),
    lambda x: tanh(softplus(x)) + x * (1 - tanh(softplus(x)) ** 2) * sigmoid(x))  # fmt: skip
row("logaddexp", np.logaddexp, lambda a, b: sigmoid(a - b), lambda a, b: sigmoid(b - a))

# ---------------------------------------------------------------- special functions

row("erf", each(math.erf), lambda x: 2 / sqrt(PI) * exp(-(x**2)))
row("erfc", each(math.erfc), lambda x: -2 / sqrt(PI) * exp(-(x**2)))
row("gamma", each(math.gamma), lambda x: gamma(x) * digamma(x), text="Γ", latex=r"\Gamma")
row("lgamma", each(math.lgamma), lambda x: digamma(x), text="logΓ", latex=r"\log\Gamma")
row("digamma", each(lambda x: psi(0, x)), lambda x: polygamma(x, 1), text="ψ", latex=r"\psi")
row("polygamma", each(lambda x, n=0: psi(int(n), x)), lambda x, n=0: polygamma(x, n + expression(1)))
row("normal distribution", _distribution, lambda x: density(x), text="Φ", latex=r"\Phi")
row("normal density", lambda x: np.exp(-x * x / 2) / math.sqrt(2 * math.pi), lambda x: -x * density(x), text="φ",
    latex=r"\varphi")  # fmt: skip
