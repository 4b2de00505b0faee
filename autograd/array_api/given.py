"""What goes in and what comes out: tensors, whatever a function was given and whatever NumPy makes of it.

Convention: a tensor goes in as it is, so that what is tracked stays tracked; other arrays and numbers become tensors
that are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from ..declare import constant_tensor
from ..tensor import Tensor

Given: TypeAlias = Any  # a tensor, an array, a number, or nested lists of numbers: what ``array`` takes
NUMBERS = bool | int | float | complex


def array(x: Any) -> Any:
    """A tensor as it is; anything else as a tensor."""
    return x if isinstance(x, Tensor) else Tensor(x)


def operand(x: Any) -> Any:
    """The same, but Python's numbers stay, since they take the dtype of the array beside them."""
    return x if isinstance(x, Tensor | NUMBERS) else Tensor(x)


def pair(x1: Any, x2: Any) -> tuple[Any, Any]:
    """Two operands, of which one at least is a tensor."""
    x1, x2 = operand(x1), operand(x2)
    return (x1, x2) if isinstance(x1, Tensor) or isinstance(x2, Tensor) else (Tensor(x1), x2)


def each(xs: Sequence[Any]) -> list[Any]:
    """Several tensors."""
    return [array(x) for x in xs]


def tensors(y: Any) -> Any:
    """A result of NumPy's with its arrays as tensors, also in the tuple that it returned."""
    if isinstance(y, Tensor):
        return y
    if isinstance(y, tuple):
        parts = [tensors(part) for part in y]
        return type(y)._make(parts) if hasattr(y, "_make") else tuple(parts)
    return constant_tensor(y)


def on_cpu(device: Any) -> None:
    """Raise ValueError for a device that is not "cpu"."""
    if device is not None and device != "cpu":
        raise ValueError(f"device={device!r}: numbers are in the computer's own memory, which is 'cpu'")


def dtype_of(dtype: Any) -> np.dtype[Any] | None:
    """A dtype of the standard, or None."""
    if dtype is None:
        return None
    found = np.dtype(dtype)
    if found.kind not in "biufc":
        raise TypeError(f"dtype={dtype!r:.60}: a dtype of numbers or truth values is wanted, such as float64")
    return found
