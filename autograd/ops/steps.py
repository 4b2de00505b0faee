"""Functions that go in steps: rounding and signs, and all that has no derivative to pass on.

Convention: a function of a number that is constant but for its jumps has the derivative 0 and stays in
the graph; one whose result is a truth value or a whole number is a constant of the graph.
"""

from __future__ import annotations

import numpy as np

from ..declare import constant, elementwise, primitive
from .special_points import flat

# ---------------------------------------------------------------- rounding

for rounding in (np.floor, np.ceil, np.trunc, np.rint, np.round, np.around, np.fix):
    elementwise(rounding, flat)

# x = fraction + whole part
modf = primitive(np.modf, pull=lambda g: g[0], push=lambda t: (t, flat(t)), results=True)
# x = mantissa * 2 ** exponent
frexp = primitive(
    np.frexp,
    pull=lambda g, y: np.ldexp(g[0], -y[1]),
    push=lambda t, y: (np.ldexp(t, -y[1]), y[1] * 0),
    results=True,
)

# ---------------------------------------------------------------- signs

heaviside = elementwise(np.heaviside, flat, lambda d, a: d * (a == 0))
copysign = elementwise(np.copysign, lambda d, a, y: d * (np.sign(a) * np.sign(y)), flat)
fabs = elementwise(np.fabs, lambda d, x: d * np.sign(x))
nextafter = elementwise(np.nextafter, lambda d: d, flat)  # a moved by its last digit

# ---------------------------------------------------------------- constants

constant(np.spacing, np.signbit)
constant(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal)
constant(np.logical_and, np.logical_or, np.logical_xor, np.logical_not)
constant(np.isnan, np.isfinite, np.isinf, np.isposinf, np.isneginf, np.isnat)
constant(np.isreal, np.iscomplex, np.isrealobj, np.iscomplexobj)
constant(np.isclose, np.allclose, np.array_equal, np.array_equiv)
constant(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.bitwise_not, np.bitwise_count)
constant(np.left_shift, np.right_shift, np.gcd, np.lcm)
