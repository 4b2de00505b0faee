"""How arguments are read: operands, axes, and what cannot be asked of arrays in a graph.

Convention: each name takes an argument as NumPy's users write it and gives it in one form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

NO_VALUE: Any = np._NoValue  # what NumPy calls an argument that was left out


def array(x: Any) -> Any:
    """Tensors and arrays as they are; numbers and lists of numbers as arrays."""
    return x if hasattr(x, "shape") else np.asarray(x)


def refuse(name: str, out: Any) -> None:
    """Raise where the caller wants a result written into an array of theirs."""
    if out is not None:
        raise TypeError(f"{name}(out=...) would overwrite an array in the graph: assign the result")


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """An axis, several, or None for all, as non-negative numbers in order."""
    found: Sequence[int] = range(ndim) if axis is None else normalize_axis_tuple(axis, ndim)
    return tuple(found)
