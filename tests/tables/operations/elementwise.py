"""Rows of elementwise operations: arithmetic, maximum, where, rounding, complex numbers, activations, interp."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.declare import OPERATIONS
from autograd.ops import activation
from autograd.ops.special.erf import erf

from ..networks.activations import ROWS as ACTIVATIONS
from .row import Row, Sample, compl, distinct, nonzero, positive, real, row, unit


def at(*values: Any) -> Sample:
    """Exactly these numbers."""
    return lambda rng: np.array(values)


def between(low: float, high: float, *shape: int) -> Sample:
    return real(*shape, low=low, high=high)


def plain(function: Any, *samples: Sample) -> list[Row]:
    """The function itself, one row for each sample (real, then complex)."""
    names = (function.__name__, f"{function.__name__} complex")
    return [row(name, function, function, sample) for name, sample in zip(names, samples, strict=False)]


def pairs(function: Any, a: Sample, b: Sample) -> list[Row]:
    """A function of two operands: with broadcasting, and with a constant on either side."""
    name = function.__name__
    return [
        row(name, function, function, a, b),
        row(f"{name} of a constant", function, lambda b: function(np.array([0.7, 1.6], b.dtype), b), b),
        row(f"{name} by a number", function, lambda a: function(a, 1.7), a),
    ]


ARITHMETIC = [
    *pairs(np.add, real(3, 2), real(2)),
    *pairs(np.subtract, real(3, 2), real(2)),
    *pairs(np.multiply, real(3, 2), real(2)),
    *pairs(np.divide, real(3, 2), nonzero(2)),
    row("add complex to real", np.add, np.add, real(3), compl(3)),
    row("multiply complex by real", np.multiply, np.multiply, real(3), compl(3)),
    row("divide complex", np.divide, np.divide, compl(2, 1), compl(3)),
    *plain(np.negative, real(3)),
    *plain(np.positive, real(3)),
    *plain(np.reciprocal, nonzero(3), compl(3)),
    row("remainder", np.remainder, np.remainder, between(2.1, 2.9, 3), at(-1.0, 1.0, 2.0)),
    row("remainder by numbers", np.remainder, lambda a: a % 1.0, between(-0.9, -0.1, 3)),
    row("fmod", np.fmod, np.fmod, between(-2.9, -2.1, 3), at(-1.0, 1.0, 2.0)),
    row(
        "floor_divide",
        np.floor_divide,
        lambda a, b: np.floor_divide(a, b) + a * b,
        between(2.1, 2.9, 3),
        at(-1.0, 1.0, 2.0),
    ),
    row("divmod", np.divmod, lambda a, b: np.divmod(a, b)[0] * np.divmod(a, b)[1], between(2.1, 2.9, 2), at(-1.0, 2.0)),
]

POWERS = [
    *pairs(np.power, positive(3, 2), real(2)),
    *(row(f"power {b}", np.power, lambda a, b=b: a**b, nonzero(3)) for b in (0, 1, 2, 3, -1, 2.0)),
    row("power of 0", np.power, lambda a: a**3 + a**2 + a**1 + a**0, at(0.0)),
    row("power of 0 by arrays", np.power, lambda a: a ** np.array([0.0, 1.0, 2.0, 3.0]), at(0.0, 0.0, 0.0, 0.0)),
    row("power of negative numbers", np.power, lambda a: a ** np.array([2, 3, -2]), between(-2, -0.5, 3)),
    row("power by unsigned", np.power, lambda a: (a + 500) ** np.array([0, 1, 2], np.uint64) / 500, positive(3)),
    row("power of small integers", np.power, lambda b: np.array([3, 7], np.int8) ** b, real(2)),
    row("power 0.5", np.power, lambda a: a**0.5, positive(3)),
    row("power complex", np.power, np.power, compl(3), compl(3)),
    row("power complex by a number", np.power, lambda a: a ** (1.5 - 0.5j) + a**2, compl(3)),
    row("float_power", np.float_power, np.float_power, positive(3), real(3), flags=frozenset({"float64"})),
    *plain(np.square, real(3), compl(3)),
    *plain(np.sqrt, positive(3), compl(3)),
    *plain(np.cbrt, nonzero(3)),
    *pairs(np.hypot, nonzero(3, 2), nonzero(2)),
]

EXPONENTIALS = [
    *plain(np.exp, real(3), compl(3)),
    *plain(np.exp2, real(3), compl(3)),
    *plain(np.expm1, real(3), compl(3)),
    *plain(np.log, positive(3), compl(3)),
    *plain(np.log2, positive(3), compl(3)),
    *plain(np.log10, positive(3), compl(3)),
    *plain(np.log1p, positive(3), compl(3)),
    *pairs(np.logaddexp, real(3, 2), real(2)),
    *pairs(np.logaddexp2, real(3, 2), real(2)),
    row(
        "logaddexp of nothing", np.logaddexp, lambda x: np.logaddexp(np.array([-np.inf, -1], x.dtype), x), at(0.3, 0.4)
    ),
    row("ldexp", np.ldexp, lambda x: np.ldexp(x, np.array([1, -2, 3])) + np.ldexp(x, 2), real(3)),
]

TRIGONOMETRIC = [
    *plain(np.sin, real(3), compl(3)),
    *plain(np.cos, real(3), compl(3)),
    *plain(np.tan, unit(3), compl(3)),
    *plain(np.arcsin, unit(3), compl(3)),
    *plain(np.arccos, unit(3), compl(3)),
    *plain(np.arctan, real(3), compl(3)),
    *pairs(np.arctan2, nonzero(3, 2), nonzero(2)),
    row("arctan2 small integers", np.arctan2, lambda a: 99 * np.arctan2(a, np.array([99, -100], np.int8)), real(2)),
    *plain(np.deg2rad, real(3)),
    *plain(np.radians, real(3)),
    *plain(np.rad2deg, real(3)),
    *plain(np.degrees, real(3)),
    *plain(np.sinh, real(3), compl(3)),
    *plain(np.cosh, real(3), compl(3)),
    *plain(np.tanh, real(3), compl(3)),
    *plain(np.arcsinh, real(3), compl(3)),
    row("arccosh", np.arccosh, np.arccosh, between(1.2, 3, 3)),
    row("arccosh complex", np.arccosh, lambda z: np.arccosh(np.array([1, -1]) * z), compl(2)),
    *plain(np.arctanh, unit(3), compl(3)),
    row("sin in another precision", np.sin, lambda x: np.sin(x, dtype=np.longdouble), real(3), forward=False),
]

CHOICES = [
    *(pairs(f, distinct(3, 2), between(5, 6, 2))[0] for f in (np.maximum, np.minimum, np.fmax, np.fmin)),
    *(
        row(f"{f.__name__} of some", f, lambda a, f=f: f(f(a, np.array([9, -9, 9], a.dtype)), 0.01), distinct(3))
        for f in (np.maximum, np.minimum, np.fmax, np.fmin)
    ),
    row("fmax past NaN", np.fmax, lambda a: np.fmax(a, np.array([np.nan, 9], a.dtype)), real(2)),
    row("fmin past NaN", np.fmin, lambda a: np.fmin(np.array([np.nan, 9], a.dtype), a), real(2)),
    row("clip", (np.clip, "clip"), np.clip, between(-3, 3, 4), between(-1.2, -0.8), between(0.8, 1.2, 2, 1)),
    row("clip by numbers", np.clip, lambda a: np.clip(a, -1.05, 1.05), at(-2.0, 0.1, 2.0)),
    row("clip from below", np.clip, lambda a: np.clip(a, 0.1, None) * a, at(-2.0, -0.4, 0.3)),
    row("clip from above", np.clip, lambda a, b: np.clip(a, None, b) * a, at(-2.0, 0.1, 2.0), at(0.5)),
    *(
        [row("clip by the bounds' other names", np.clip, lambda a: np.clip(a, min=-1.05, max=0.15), at(-2.0, 0.1, 2.0))]
        if hasattr(np, "unstack")  # NumPy 2.1
        else []
    ),
    row("clip in crossed bounds", np.clip, np.clip, at(-2.0, 0.1, 2.0), at(1.0), at(-1.0)),
    row("where", (np.where, "where"), lambda a, b: np.where(np.array([True, False]), a, b), real(3, 2), real(3, 1)),
    row("where by numbers", np.where, lambda a: np.where([[1], [0]], a, 0.5) + np.where(np.arange(2), 2, a), real(2)),
    row(
        "where never differentiates the other branch", np.where, lambda a: np.where(a > 0, np.sqrt(abs(a)), a), real(4)
    ),
    row("where complex", np.where, lambda a, b: np.where(np.array([True, False]), a, b), real(2), compl(2)),
    row("select", np.select, lambda a, b: np.select([b > 1, b < -1], [a * b, b], a), real(4), distinct(4)),
    row("select by numbers", np.select, lambda a: np.select([a > 0.05], [a * a]), distinct(4)),
    row(
        "piecewise",
        np.piecewise,
        lambda x: np.piecewise(x, [x < -1, x > 1], [lambda t: t * t, 2.0, lambda t: -t]),
        at(-2.0, 0.3, 1.5, -0.2),
    ),
    row(
        "piecewise, one condition and arguments",
        np.piecewise,
        lambda x: np.piecewise(x, x > 0, [lambda t, s: s * t, lambda t, s: t * t], 3.0),
        at(-2.0, 0.3),
    ),
]

ROUNDING = [
    *(
        row(f.__name__, f, lambda x, f=f: f(x) * x, between(0.1, 0.4, 2))
        for f in (np.floor, np.ceil, np.trunc, np.rint, np.fix)
    ),
    row("round", np.round, lambda x: np.round(x) * x + np.round(x, decimals=1), at(0.32, -1.64)),
    row("around", np.around, lambda x: np.around(x, 1) * x, at(0.32, -1.64)),
]
# in single precision, large arrays have other rules
LARGE = [
    row("tanh, large", np.tanh, OPERATIONS[np.tanh].large, real(3)),
    row("sigmoid, large", activation.sigmoid, activation.sigmoid.large, real(3)),
]
STEPS = [
    row("modf", np.modf, lambda x: np.modf(x)[0] * np.modf(x)[1] * x, between(1.1, 1.9, 2)),
    row("modf, the whole part", np.modf, lambda x: np.modf(x)[1] + x, between(1.1, 1.9, 2)),
    row("frexp", np.frexp, lambda x: np.frexp(x)[0] * x, between(2.1, 3.9, 3)),
    row("frexp, the exponent", np.frexp, lambda x: np.frexp(x)[1] + x, between(2.1, 3.9, 3)),
    row("heaviside", np.heaviside, lambda a, b: np.heaviside(a, b) + a * b, nonzero(3), real(3)),
    row("heaviside at 0", np.heaviside, lambda b: np.heaviside(np.array([0, 1], b.dtype), b), real(2)),
    row("copysign", np.copysign, lambda a, b: np.copysign(a, b) + a * b, nonzero(3), nonzero(3)),
    row("fabs", np.fabs, np.fabs, nonzero(3)),
    row("nextafter", np.nextafter, lambda a: np.nextafter(a, 9.0) * a, real(3)),
    row("nextafter, towards", np.nextafter, lambda a, b: np.nextafter(a, b) * b, real(3), between(5, 6, 3)),
]

COMPLEX = [
    *plain(np.conjugate, real(3), compl(3)),
    *plain(np.real, real(3), compl(3)),
    row("imag", np.imag, lambda z: np.imag(z) ** 2, compl(3)),
    row("imag of real numbers", np.imag, lambda x: np.imag(x) + x, real(3)),
    *plain(np.absolute, nonzero(3), compl(3)),
    row("absolute of 0", np.absolute, lambda z: np.abs(z * 0) * z, compl(2), second=False),
    row("sign", np.sign, lambda x: np.sign(x) * x, nonzero(3)),
    row("sign complex", np.sign, np.sign, compl(3)),
    row("angle", np.angle, np.angle, compl(3)),
    row("angle in degrees", np.angle, lambda z: np.angle(z, deg=True), compl(3)),
    row("angle of real numbers", np.angle, lambda x: np.angle(x) * x, nonzero(3)),
    row("real_if_close", np.real_if_close, lambda z: np.real_if_close(z * np.conjugate(z)), compl(2)),
    row("real_if_close, not close", np.real_if_close, np.real_if_close, compl(2)),
    row("out of complex numbers and back", np.real, lambda x: np.real(np.exp(1j * x) * np.conjugate(x + 2j)), real(3)),
]

INTERPOLATION = [
    row(
        "nan_to_num",
        np.nan_to_num,
        lambda x: np.nan_to_num(np.where([1, 0, 0], x, np.array([0, np.nan, np.inf], x.dtype)), posinf=3.0),
        real(3),
    ),
    row("polyval", np.polyval, np.polyval, real(3), real(2)),
    row("polyval of fixed coefficients", np.polyval, lambda x: np.polyval([2, 0.5, 1], x), compl(2)),
    row("sinc", np.sinc, np.sinc, at(-2.3, -0.4, 1e-9, 0.7, 1.1)),
    row("sinc complex", np.sinc, np.sinc, compl(3)),
    row("i0", np.i0, np.i0, real(4)),
    row("unwrap", np.unwrap, lambda p: np.unwrap(p * np.array([1.0, 9.0, -4.0])), between(0.9, 1.1, 3)),
    row(
        "unwrap along an axis",
        np.unwrap,
        lambda p: np.unwrap(p, discont=0.3, axis=0, period=0.5),
        at((0.1, 0.7), (0.43, 0.2)),
    ),
    row("interp", np.interp, np.interp, at(-0.7, 0.4, 1.6, 9.0), at(0.0, 1.1, 2.3), real(3)),
    row(
        "interp with ends",
        np.interp,
        lambda x, f: np.interp(x, [0.0, 1.0], f, left=-1.0, right=x[0]),
        at(-0.7, 0.4, 9.0),
        real(2),
    ),
    row(
        "interp with a period",
        np.interp,
        lambda x, xp, fp: np.interp(x, xp, fp, period=2.0),
        at(-0.6, 2.4, 1.9),
        at(3.5, 0.2, 1.3),
        real(3),
    ),
    row("interp between one point", np.interp, lambda x, f: np.interp(x, [1.0], f) * x, real(3), real(1)),
]

ROWS: list[Row] = [
    *ARITHMETIC,
    *POWERS,
    *EXPONENTIALS,
    *TRIGONOMETRIC,
    *CHOICES,
    *ROUNDING,
    *STEPS,
    *LARGE,
    *COMPLEX,
    *ACTIVATIONS,
    row("erf", OPERATIONS[erf], OPERATIONS[erf], real(4)),
    *INTERPOLATION,
]
