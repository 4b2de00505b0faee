"""Numbers, plain or as Values."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from ...typing import DTypeLike
from ...value import Value

TINY = 1e-6  # a number nearer to 0 is 0: its own rounding would drown the differences taken around it


def numbers(low: float = -2.0, high: float = 2.0, *, dtype: DTypeLike = float) -> st.SearchStrategy[Any]:
    """Numbers (real, or complex by ``dtype``) with parts between ``low`` and ``high``; none is tiny but not 0."""
    kind = np.zeros((), dtype).real.dtype

    def rounded(v: float) -> float:
        x = kind.type(0.0 if abs(v) < TINY and low <= 0.0 <= high else v)
        return float(x if low <= x <= high else np.nextafter(x, kind.type((low + high) / 2)))

    real = st.floats(low, high, allow_subnormal=False).map(rounded)
    return real if np.dtype(dtype).kind == "f" else st.builds(complex, real, real)


def values(low: float = -2.0, high: float = 2.0) -> st.SearchStrategy[Value]:
    """Values whose numbers lie between ``low`` and ``high``."""
    return numbers(low, high).map(Value)
