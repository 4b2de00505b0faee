"""How operations read their arguments: operands, axes, ``out``.

Convention: each takes an argument in all forms that NumPy allows and returns it in one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..declare import Late, native, plain
from ..typing import ArrayLike, Axis, DTypeLike, Shape

DType = DTypeLike | None
NO_VALUE: Any = np._NoValue  # NumPy's mark of an argument that was left out


def array(x: ArrayLike) -> Any:
    """Tensors and arrays as they are; numbers and lists of numbers as arrays."""
    return x if hasattr(x, "shape") else np.asarray(x)


def together(*xs: ArrayLike) -> list[Any]:
    """The same of several; NumPy's constants move to the library of the others, where one is another library's."""
    found = [native(x) for x in xs]
    others = [x for x in map(plain, found) if not isinstance(x, np.ndarray)]
    return [x if not others or isinstance(x, Late.Tensor) else np.asarray(x, like=others[0]) for x in found]


def floats(x: ArrayLike) -> Any:
    """The same, integers and truth values as floats."""
    y = array(x)
    return y if y.dtype.kind in "fc" else y.astype(float)


def narrowed(x: Any, dtype: Any) -> Any:
    """The numbers in half precision again, if that is the dtype and they were computed in single precision."""
    return x.astype(dtype) if dtype == np.float16 and x.dtype != dtype else x


def refuse(name: str, out: object) -> None:
    """Raise if the caller wants the result written into an array."""
    if out is not None:
        raise TypeError(f"{name}(out=...) would overwrite an array in the graph: assign the result")


def axes_of(axis: Axis, ndim: int) -> Shape:
    """An axis, several, or None for all, as non-negative numbers."""
    found: Sequence[int] = range(ndim) if axis is None else normalize_axis_tuple(axis, ndim)
    return tuple(found)
