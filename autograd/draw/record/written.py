"""Numbers and arguments as plain data and as text."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

FEW = 6  # an array with more elements is not written out in an option


def number(x: Any) -> Any:
    """A number of Python's, for one of NumPy's, an array without axes or a Value."""
    x = getattr(x, "number", getattr(x, "_array", x))
    return x.item() if hasattr(x, "item") else x


def plain(x: Any) -> Any:
    """An array, or a number if it has no axes; None stays None."""
    if x is None:
        return None
    x = getattr(x, "_array", x)
    return x if np.ndim(x) else number(x)


@functools.cache
def dtype_name(dtype: Any) -> str:
    """``float32``; NumPy takes its time for it."""
    return str(dtype)


def is_array(x: Any) -> bool:
    return hasattr(x, "dtype") and hasattr(x, "shape") and not isinstance(x, type)


def written(x: Any) -> str:
    """An argument as one would write it, shortened: ``0``, ``'ij'``, ``1:3, ::2``."""
    if isinstance(x, slice):
        ends = ["" if end is None else written(end) for end in (x.start, x.stop)]
        return ":".join(ends if x.step is None else [*ends, written(x.step)])
    if x is Ellipsis:
        return "..."
    if isinstance(x, tuple | list):
        inside = ", ".join(map(written, x[:FEW])) + (", ..." if len(x) > FEW else "")
        if any(isinstance(part, slice) or part is Ellipsis for part in x):
            return inside
        left, right = "()" if isinstance(x, tuple) else "[]"
        return f"{left}{inside}{',' if len(x) == 1 and isinstance(x, tuple) else ''}{right}"
    if isinstance(x, type):
        return x.__name__
    if isinstance(x, np.dtype):
        return str(x)
    if isinstance(x, np.generic):
        return repr(x.item())
    if is_array(x):
        few = np.size(x) <= FEW and hasattr(x, "tolist")
        return written(x.tolist()) if few else f"{x.dtype} {' x '.join(map(str, x.shape))}"
    if callable(x):
        return str(getattr(x, "__name__", type(x).__name__))
    return f"{x!r:.40}"
