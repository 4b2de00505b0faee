"""Maximum and minimum of two operands, and clip.

Convention: the chosen operand gets the whole gradient and the others exactly 0; in a tie each gets half.
NaN is chosen as NumPy chooses it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import Operation, composed, elementwise
from ..typing import ArrayLike
from .arguments import NO_VALUE, DType, refuse
from .special_points import only_where, shared


def _choice(function: np.ufunc, chosen: Callable[[Any, Any], Any]) -> Operation:
    """``chosen(a, b)`` says where a is the result, and where both are."""
    return elementwise(
        function,
        lambda d, a, b: shared(d, chosen(a, b), a == b),
        lambda d, a, b: shared(d, chosen(b, a), a == b),
        selects=True,
    )


# maximum and minimum choose NaN (a != a) wherever there is one, fmax and fmin the other operand.
maximum = _choice(np.maximum, lambda a, b: (a >= b) | (a != a))
minimum = _choice(np.minimum, lambda a, b: (a <= b) | (a != a))
fmax = _choice(np.fmax, lambda a, b: (a >= b) | (b != b))
fmin = _choice(np.fmin, lambda a, b: (a <= b) | (b != b))

# ---------------------------------------------------------------- clip


def _clip(a: Any, low: Any = None, high: Any = None, dtype: Any = None) -> Any:
    return np.clip(a, low, high) if dtype is None else np.clip(a, low, high, dtype=dtype)


def _raised(a: Any, low: Any, y: Any) -> Any:
    """Where the lower bound was chosen (if the bounds are crossed, the upper one is)."""
    return (a < y) & (y == low)


clipped = elementwise(
    _clip,
    lambda d, a, y: only_where(d, a == y),
    lambda d, a, low, y: only_where(d, _raised(a, low, y)),
    lambda d, a, low, y: only_where(d, (a != y) & np.logical_not(_raised(a, low, y))),
    selects=True,
)


@composed(np.clip)
def clip(
    a: ArrayLike, a_min: Any = NO_VALUE, a_max: Any = NO_VALUE, out: None = None, *,
    min: Any = NO_VALUE, max: Any = NO_VALUE, dtype: DType = None,
) -> Any:  # fmt: skip
    """minimum(maximum(a, low), high); either bound may be None. On a bound the gradient goes to a."""
    refuse("clip", out)
    if (a_min is not NO_VALUE and min is not NO_VALUE) or (a_max is not NO_VALUE and max is not NO_VALUE):
        raise ValueError("clip: a bound was given twice; min and max are other names of a_min and a_max")
    low, high = (next((v for v in pair if v is not NO_VALUE), None) for pair in ((a_min, min), (a_max, max)))
    return clipped(a, low, high, dtype)
