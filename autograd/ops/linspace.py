"""Evenly spaced numbers: linspace, logspace, geomspace.

Convention: y = start + (stop - start) t; the ends may be tracked, the positions t in [0, 1] are constants.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, plain
from .arguments import DType, array
from .copy import cast


def _between(start: Any, stop: Any, num: int, endpoint: bool, axis: int) -> tuple[Any, Any, Any]:
    """start and stop with a new axis of length 1, and the positions t along it."""
    kind = np.result_type(start, stop, float(num))
    start, stop = (np.expand_dims(cast(array(x), kind), axis) for x in np.broadcast_arrays(start, stop))
    shape = [1] * start.ndim
    shape[axis] = num
    raw = plain(stop) if isinstance(plain(start), np.ndarray) else plain(start)  # of another library if either is
    return start, stop, np.asarray(np.linspace(0.0, 1.0, num, endpoint, dtype=kind), like=raw).reshape(shape)


@composed(np.linspace)
def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: DType = None,
    axis: int = 0, *, device: Any = None,
) -> Any:  # fmt: skip
    """start + (stop - start) t."""
    first, last, t = _between(start, stop, num, endpoint, axis)
    y = first + (last - first) * t
    y = y if dtype is None else y.astype(dtype)
    return (y, (stop - start) / (num - 1 if endpoint else num)) if retstep else y


@composed(np.logspace)
def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: DType = None, axis: int = 0
) -> Any:
    """base ** (start + (stop - start) t)."""
    exponent = linspace(start, stop, num, endpoint, axis=axis)
    y = np.power(np.expand_dims(base, axis) if np.ndim(base) else base, exponent)
    return y if dtype is None else y.astype(dtype)


@composed(np.geomspace)
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: DType = None, axis: int = 0) -> Any:
    """start (stop / start)ᵗ, between numbers of the same sign."""
    first, last, t = _between(start, stop, num, endpoint, axis)
    kind = np.result_type(first, last, np.float64)  # as in NumPy, never float32
    first = cast(first, kind)
    y = first * (cast(last, kind) / first) ** t
    return y if dtype is None else y.astype(dtype)
