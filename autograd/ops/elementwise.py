"""Elementwise operations: the Jacobian is diagonal, so one rule serves both directions.

Convention: d is a derivative passing through, a gradient going back or a tangent going forward; y is the
result; x (one input) or a, b (two) are the inputs. Holomorphic functions need no conjugate anywhere.
"""

from __future__ import annotations

import numpy as np

from ..operation import elementwise

# ---------------------------------------------------------------- arithmetic

add = elementwise(np.add, lambda d: d, lambda d: d)
subtract = elementwise(np.subtract, lambda d: d, lambda d: -d)
multiply = elementwise(np.multiply, lambda d, b: d * b, lambda d, a: d * a)
divide = elementwise(np.divide, lambda d, b: d / b, lambda d, b, y: -d * y / b)
negative = elementwise(np.negative, lambda d: -d)
exp = elementwise(np.exp, lambda d, y: d * y)
log = elementwise(np.log, lambda d, x: d / x)
sin = elementwise(np.sin, lambda d, x: d * np.cos(x))
cos = elementwise(np.cos, lambda d, x: -d * np.sin(x))
tanh = elementwise(np.tanh, lambda d, y: d - d * y * y)
power = elementwise(
    np.power,
    lambda d, a, b: d * b * a ** (b - 1),
    lambda d, a, y: d * y * np.log(a),
)
