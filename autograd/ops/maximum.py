"""Maximum and minimum of two operands, and clip.

Convention: the chosen operand gets the whole gradient and the others exactly 0; in a tie each gets half.
NaN is chosen as NumPy chooses it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, elementwise
from ..typing import ArrayLike
from .arguments import DType, refuse
from .special_points import shared

# maximum and minimum choose NaN (a != a) wherever there is one, fmax and fmin the other operand.
maximum = elementwise(
    np.maximum,
    lambda d, a, b: shared(d, (a >= b) | (a != a), a == b),
    lambda d, a, b: shared(d, (b >= a) | (b != b), a == b),
)
minimum = elementwise(
    np.minimum,
    lambda d, a, b: shared(d, (a <= b) | (a != a), a == b),
    lambda d, a, b: shared(d, (b <= a) | (b != b), a == b),
)
fmax = elementwise(
    np.fmax,
    lambda d, a, b: shared(d, (a >= b) | (b != b), a == b),
    lambda d, a, b: shared(d, (b >= a) | (a != a), a == b),
)
fmin = elementwise(
    np.fmin,
    lambda d, a, b: shared(d, (a <= b) | (b != b), a == b),
    lambda d, a, b: shared(d, (b <= a) | (a != a), a == b),
)


# ---------------------------------------------------------------- clip


def _clip(a: Any, low: Any = None, high: Any = None, dtype: Any = None) -> Any:
    return np.clip(a, low, high) if dtype is None else np.clip(a, low, high, dtype=dtype)


def _raised(a: Any, low: Any, y: Any) -> Any:
    """Where the lower bound was chosen (if the bounds are crossed, the upper one is)."""
    return (a < y) & (y == low)


clipped = elementwise(
    _clip,
    lambda d, a, y: d * (a == y),
    lambda d, a, low, y: d * _raised(a, low, y),
    lambda d, a, low, y: d * ((a != y) & np.logical_not(_raised(a, low, y))),
    name="clip",
)
NOT_GIVEN: Any = object()


@composed(np.clip)
def clip(
    a: ArrayLike,
    a_min: Any = NOT_GIVEN,
    a_max: Any = NOT_GIVEN,
    out: None = None,
    *,
    min: Any = NOT_GIVEN,
    max: Any = NOT_GIVEN,
    dtype: DType = None,
) -> Any:
    """minimum(maximum(a, low), high); either bound may be None. On a bound the gradient goes to a."""
    refuse("clip", out)
    if (a_min is not NOT_GIVEN and min is not NOT_GIVEN) or (a_max is not NOT_GIVEN and max is not NOT_GIVEN):
        raise ValueError("clip: a bound was given twice; min and max are other names of a_min and a_max")
    low, high = (next((v for v in pair if v is not NOT_GIVEN), None) for pair in ((a_min, min), (a_max, max)))
    return clipped(a, low, high, dtype)
