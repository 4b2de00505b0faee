"""exp, expm1, log1p, tanh and Φ as polynomials, for kernels: straight lines, computed of several numbers at a time.

Convention: helpers, see ``kernels``. The errors of each are measured in units in the last place (ulp), single and
double precision. NaN, ∞, 0 and numbers below the least normal one come out as from NumPy. Coefficients are minimax
fits, weighted for the relative error of the result.
"""

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from .kernels import helper

__all__ = ["bell", "decay", "exp", "expm1", "gauss", "log1p", "ordered", "tail", "tanh", "unordered"]

LOG2E = 1.4426950408889634


@intrinsic  # type: ignore[untyped-decorator]
def two_to(typing_context: Any, t: Any) -> Any:
    """2ⁿ, for n as the last bits of t = n + magic."""
    bits, fraction, bias = (32, 23, 127) if t is types.float32 else (64, 52, 1023)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole = ir.IntType(bits)
        n = builder.add(builder.bitcast(arguments[0], whole), ir.Constant(whole, bias))
        shifted = builder.shl(n, ir.Constant(whole, fraction))
        return builder.bitcast(shifted, context.get_value_type(signature.return_type))

    return t(t), generate


@intrinsic  # type: ignore[untyped-decorator]
def ordered(typing_context: Any, x: Any) -> Any:
    """A whole number that is the greater, the greater x is: these are compared several at a time, and floats not."""
    kind, last = (types.int32, 31) if x is types.float32 else (types.int64, 63)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole = ir.IntType(last + 1)
        return folded(builder, builder.bitcast(arguments[0], whole), whole, last)

    return kind(x), generate


@intrinsic  # type: ignore[untyped-decorator]
def unordered(typing_context: Any, n: Any) -> Any:
    """The x that has this number."""
    kind, last = (types.float32, 31) if n is types.int32 else (types.float64, 63)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole = ir.IntType(last + 1)
        return builder.bitcast(folded(builder, arguments[0], whole, last), context.get_value_type(kind))

    return kind(n), generate


def folded(builder: Any, bits: Any, whole: Any, last: int) -> Any:
    """The bits, and of negative numbers all but the sign turned round."""
    sign = builder.ashr(bits, ir.Constant(whole, last))
    return builder.xor(bits, builder.lshr(sign, ir.Constant(whole, 1)))


@helper
def magic() -> float:
    """A number so large that adding it rounds to whole numbers."""
    return 12582912.0  # 1.5 · 2²³


@magic.double
def _magic() -> float:
    return 6755399441055744.0  # 1.5 · 2⁵²


@helper
def part(r: float) -> float:
    """eʳ - 1 for |r| ≤ log(2) / 2."""
    p = 0.0013940619251785126 + r * 0.00019845876347344006
    p = 0.04166636100727756 + r * (0.008333389353529149 + r * p)
    p = 0.500000004414416 + r * (0.16666666370586208 + r * p)
    return r + r * r * p


@part.double
def _part(r: float) -> float:
    p = 2.4938463105871935e-08 + r * 1.7659614300416816e-09
    p = 2.7557573885051073e-06 + r * (2.7572251550468007e-07 + r * p)
    p = 0.00019841269735807458 + r * (2.480156547018896e-05 + r * p)
    p = 0.008333333333309422 + r * (0.0013888888900726178 + r * p)
    p = 0.16666666666666774 + r * (0.04166666666665196 + r * p)
    return r + r * r * (0.4999999999999998 + r * p)


@helper
def rest(x: float, n: float) -> float:
    """x - n log 2; products of n with the first part of log 2 are exact."""
    return x - n * 0.693359375 + n * 2.12194440054690583e-4


@rest.double
def _rest(x: float, n: float) -> float:
    return x - n * 0.693147180369123816490 - n * 1.90821492927058770002e-10


@helper
def up(y: float, n: float) -> float:
    """2ⁿ y, in two steps, as 2ⁿ itself may be out of range."""
    t = n * 0.5 + magic()
    return y * two_to(t) * two_to(n - (t - magic()) + magic())


@helper
def down(y: float, t: float) -> float:
    """2ⁿ y for n ≤ 0 and t = n + magic."""
    return y * two_to(t + 64.0) * 5.421010862427522e-20  # 2⁻⁶⁴


@down.double
def _down(y: float, t: float) -> float:
    return y * two_to(t + 512.0) * 7.458340731200207e-155  # 2⁻⁵¹²


@helper
def exp(x: float) -> float:
    """eˣ."""
    x = 100.0 if x > 100.0 else x
    x = -110.0 if x < -110.0 else x
    n = x * LOG2E + magic() - magic()
    return up(1.0 + part(rest(x, n)), n)


@exp.double
def _exp(x: float) -> float:
    x = 720.0 if x > 720.0 else x
    x = -760.0 if x < -760.0 else x
    n = x * LOG2E + magic() - magic()
    return up(1.0 + part(rest(x, n)), n)


@helper
def above_nothing(x: float) -> float:
    """x, or if eˣ is 0 anyway, a number not so far from 0."""
    return -110.0 if x < -110.0 else x


@above_nothing.double
def _above_nothing(x: float) -> float:
    return -760.0 if x < -760.0 else x


@helper
def decay(x: float) -> float:
    """eˣ for x ≤ 0, a little faster than ``exp``."""
    x = above_nothing(x)
    t = x * LOG2E + magic()
    return down(1.0 + part(rest(x, t - magic())), t)


@helper
def decay_of_two(x: float, low: float) -> float:
    """exp(x + low) for x ≤ 0, with a low that is small beside 1."""
    x = above_nothing(x)
    t = x * LOG2E + magic()
    return down(1.0 + part(rest(x, t - magic()) + low), t)


@helper
def expm1(x: float) -> float:
    """eˣ - 1 for x ≤ 0."""
    x = above_nothing(x)
    t = x * LOG2E + magic()
    power = down(1.0, t)
    return power * part(rest(x, t - magic())) + (power - 1.0)


@helper
def tanh(x: float) -> float:
    """(1 - e⁻²ˣ) / (1 + e⁻²ˣ) of |x|, with the sign of x; to 3 ulp."""
    e = expm1(-2.0 * abs(x))
    return math.copysign(e / (2.0 + e), x)


@helper
def log1p(z: float) -> float:
    """log(1 + z) for z from 0 to 1: twice artanh of z / (2 + z)."""
    s = z / (2.0 + z)
    q = s * s
    p = 0.1399899490516333 + q * 0.14015299432961553
    p = 0.33333206075321253 + q * (0.200108814761451 + q * p)
    return 2.0 * s + 2.0 * s * (q * p)


@log1p.double
def _log1p(z: float) -> float:
    s = z / (2.0 + z)
    q = s * s
    p = 0.04953333563025925 + q * 0.08865131930943441
    p = 0.07682164818471783 + q * (0.06792870152925348 + q * p)
    p = 0.11111096399598025 + q * (0.09091407080124093 + q * p)
    p = 0.19999999997985496 + q * (0.142857145313622 + q * p)
    return 2.0 * s + 2.0 * s * (q * (0.3333333333333906 + q * p))


@helper
def split(a: float) -> float:
    """a rounded to so few bits that its square is exact; 0 ≤ a ≤ 15."""
    return a + 49152.0 - 49152.0


@split.double
def _split(a: float) -> float:
    return a + 3221225472.0 - 3221225472.0  # for a ≤ 40


@helper
def bell(a: float) -> float:
    """exp(-a²/2) for a ≥ 0. The square is taken in two parts: its rounding alone would cost 40 ulp."""
    a = 40.0 if a > 40.0 else a
    high = split(a)
    return decay_of_two(-0.5 * (high * high), (a - high) * (a + high) * -0.5)


@helper
def gauss(a: float) -> float:
    """exp(-a²) for a ≥ 0."""
    a = 30.0 if a > 30.0 else a
    high = split(a)
    return decay_of_two(-(high * high), -(a - high) * (a + high))


@helper
def tail(a: float) -> float:
    """Φ(-a) / exp(-a²/2) for 0 ≤ a ≤ 15, in single precision."""
    t = 1.0 / (1.0 + 0.3125 * a)
    p = 0.07122854133902853 + t * -0.015496533893331988
    p = 0.0015600742330422164 + t * (-0.10050853432158173 + t * p)
    p = 0.015483538104847195 + t * (0.06382540370285632 + t * p)
    p = 0.10759013497963328 + t * (0.1062491702032268 + t * p)
    p = 0.12459721813278914 + t * (0.12546819653435118 + t * p)
    return 2.7879666436303463e-06 + t * p
