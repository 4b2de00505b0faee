"""Rounding; numbers split into a whole part (modf) or a power of 2 (frexp) and the rest.

Convention: a function that is constant between its jumps has the derivative 0 and stays in the graph. Functions
whose results are truth values or integers are in ``constants.py``.
"""

from __future__ import annotations

import numpy as np

from ..declare import elementwise, primitive
from .special_points import zero_slope

for rounding in (np.floor, np.ceil, np.trunc, np.rint, np.round, np.around, np.fix):
    elementwise(rounding, zero_slope)

# x = fraction + whole part
modf = primitive(np.modf, pull=lambda g: g[0], push=lambda t: (t, zero_slope(t)), results=True)
# x = mantissa * 2 ** exponent
frexp = primitive(
    np.frexp, pull=lambda g, y: np.ldexp(g[0], -y[1]), push=lambda t, y: (np.ldexp(t, -y[1]), y[1] * 0), results=True
)
nextafter = elementwise(np.nextafter, lambda d: d, zero_slope)  # a moved by one unit in its last place
