"""``ufunc.outer``: a function of two numbers on all pairs of elements.

Convention: the first operand is given an axis of length 1 for each axis of the second; broadcasting, and
the sweep that undoes it, do the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import OPERATIONS, plain
from . import absolute, elementwise, maximum, rounding  # noqa: F401  (their ufuncs are declared first)


def _outer(function: np.ufunc) -> Callable[..., Any]:
    def outer(a: Any, b: Any, **options: Any) -> Any:
        """y[i..., j...] = f(a[i...], b[j...])."""
        return function(np.reshape(a, np.shape(plain(a)) + (1,) * np.ndim(plain(b))), b, **options)

    return outer


for function in tuple(OPERATIONS):
    if isinstance(function, np.ufunc) and function.nin == 2 and function.signature is None:
        OPERATIONS[function, "outer"] = _outer(function)
