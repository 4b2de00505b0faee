"""Sorting: the elements are taken in the order that NumPy's ``argsort`` finds.

Convention: the derivative is that of the permutation, dy[i] = dx[order[i]].
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, plain
from ..typing import Array
from .arguments import array
from .copy import cast
from .reshape import ravel
from .take import take_along_axis


@composed(np.sort)
def sort(a: Array, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: bool | None = None) -> Any:
    """The elements of an axis, or of the flattened array, in ascending order."""
    a = array(a)
    if axis is None:
        a, axis = ravel(a), 0
    return take_along_axis(a, np.argsort(plain(a), axis, kind, order, stable=stable), axis)


@composed(np.partition)
def partition(a: Array, kth: Any, axis: int | None = -1, kind: Any = "introselect", order: Any = None) -> Any:
    """The k-th smallest elements in their sorted places, smaller ones before and greater ones after."""
    a = array(a)
    if axis is None:
        a, axis = ravel(a), 0
    return take_along_axis(a, np.argpartition(plain(a), plain(kth), axis, kind, order), axis)


@composed(np.sort_complex)
def sort_complex(a: Array) -> Any:
    """Sorted by real part, then by imaginary part, as complex numbers."""
    return cast(sort(a), np.sort_complex(np.zeros_like(plain(a), shape=1)).dtype)
