"""The methods of ufuncs: ``reduce``, ``accumulate``, ``reduceat`` and ``outer``.

Convention: a ufunc's ``reduce`` works along axis 0 by default, a function like ``np.sum`` over all axes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import OPERATIONS, Operation, composed, linear, plain
from ..typing import Array, Shape
from . import elementwise, maximum  # noqa: F401  (their ufuncs are declared first)
from .arguments import NO_VALUE, DType, axes_of, refuse
from .cumulative import cumprod, cumsum, running_extreme
from .getitem import along, scatter
from .nan import largest_present, smallest_present
from .reduce import largest, product, smallest, total
from .special.softmax import signed_logsumexp


def _reduce(operation: Operation, with_dtype: bool) -> Callable[..., Any]:
    def reduce(
        array: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: bool = False, initial: Any = NO_VALUE,
        where: Any = True,
    ) -> Any:  # fmt: skip
        refuse(f"{operation.name} (reduce)", out)
        if with_dtype:
            return operation(array, axis, dtype, None, keepdims, initial, where)
        return operation(array if dtype is None else array.astype(dtype), axis, None, keepdims, initial, where)

    return reduce


composed((np.add, "reduce"))(_reduce(total, True))
composed((np.multiply, "reduce"))(_reduce(product, True))
composed((np.maximum, "reduce"))(_reduce(largest, False))
composed((np.minimum, "reduce"))(_reduce(smallest, False))
composed((np.fmax, "reduce"))(_reduce(largest_present, False))
composed((np.fmin, "reduce"))(_reduce(smallest_present, False))


@composed((np.logaddexp, "reduce"))
def log_sum_exp(
    array: Array, axis: Any = 0, dtype: DType = None, out: None = None, keepdims: bool = False, initial: Any = NO_VALUE,
    where: Any = True,
) -> Any:  # fmt: skip
    """log Σ exp x; nothing overflows."""
    refuse("logaddexp.reduce", out)
    x = array if dtype is None else array.astype(dtype)
    y = signed_logsumexp(x if where is True else np.where(where, x, -np.inf), None, axis)[0]
    if not keepdims:
        y = np.squeeze(y, axis=axis)
    return y if initial is NO_VALUE or initial is None else np.logaddexp(y, initial)


# ---------------------------------------------------------------- accumulate


def _accumulate(operation: Operation) -> Callable[..., Any]:
    def accumulate(array: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
        refuse(f"{operation.name} (accumulate)", out)
        return operation(array, axis, dtype)

    return accumulate


composed((np.add, "accumulate"))(_accumulate(cumsum))
composed((np.multiply, "accumulate"))(_accumulate(cumprod))
composed((np.maximum, "accumulate"))(running_extreme(np.maximum))
composed((np.minimum, "accumulate"))(running_extreme(np.minimum))


# ---------------------------------------------------------------- reduceat


def _undo_reduceat(g: Any, x_shape: Shape, indices: Any, axis: int = 0) -> Any:
    """The gradient of each sum for the elements of its slice; NumPy's empty slice is its first element."""
    (axis,) = axes_of(axis, len(x_shape))
    starts = np.asarray(indices)
    lengths = np.maximum(np.append(starts[1:], x_shape[axis]) - starts, 1)
    owner = np.repeat(np.arange(len(starts)), lengths)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return scatter(np.take(g, owner, axis), x_shape, along(axis, starts[owner] + offset))


sums_of_slices = linear(
    lambda array, indices, axis=0, dtype=None: np.add.reduceat(array, indices, axis, dtype),
    _undo_reduceat,
    name="add.reduceat",
    selects=True,
)


@composed((np.add, "reduceat"))
def reduceat(array: Array, indices: Any, axis: int = 0, dtype: DType = None, out: None = None) -> Any:
    """y[k] = sum of x[indices[k] : indices[k + 1]] along an axis."""
    refuse("add.reduceat", out)
    return sums_of_slices(array, np.asarray(plain(indices)), axis, dtype)


# ---------------------------------------------------------------- outer


def _outer(function: np.ufunc) -> Callable[..., Any]:
    def outer(a: Any, b: Any, **options: Any) -> Any:
        """y[i..., j...] = f(a[i...], b[j...]): broadcasting does it, and the sweep undoes it."""
        return function(np.reshape(a, np.shape(plain(a)) + (1,) * np.ndim(plain(b))), b, **options)

    return outer


for function in tuple(OPERATIONS):
    if isinstance(function, np.ufunc) and function.nin == 2 and function.signature is None:
        OPERATIONS[function, "outer"] = _outer(function)
