"""Arrays, plain or as tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ...tensor import Tensor
from ...typing import DTypeLike, NDArray, Shape
from .numbers import numbers
from .shapes import shapes


def arrays(
    shape: Shape | st.SearchStrategy[Shape] | None = None, *, dtype: DTypeLike = float, low: float = -2.0,
    high: float = 2.0, distinct: float = 0.0,
) -> st.SearchStrategy[NDArray[Any]]:  # fmt: skip
    """Arrays of numbers, without NaN.

    ``shape``     of the arrays; None: any small one
    ``dtype``     of real or complex numbers
    ``low``       the least number, of complex ones the least part; ``high`` the largest
    ``distinct``  how far apart any two elements are at least (for max, sort)
    """
    where = shapes() if shape is None else shape
    if np.dtype(dtype).kind not in "fc":
        raise ValueError(f"arrays: derivatives need real or complex numbers, got dtype {np.dtype(dtype)}")
    if low > high:
        raise ValueError(f"arrays: low is at most high, got low={low!r} and high={high!r}")
    if not distinct:
        return hnp.arrays(dtype, where, elements=numbers(low, high, dtype=dtype), fill=st.nothing())

    def spaced(at: Shape) -> st.SearchStrategy[Any]:
        size = int(np.prod(at, dtype=int))
        if (size - 1) * distinct > high - low:
            raise ValueError(f"arrays: {size} numbers that are {distinct} apart do not fit between {low} and {high}")
        step = min(2 * distinct, (high - low + distinct) / max(size, 1))
        end = size * step - distinct  # of the last one, if the first is at 0
        start = min(max(-(size // 2) * step, low), high - end)
        order = st.permutations(range(size))
        jitter = hnp.arrays(float, size, elements=numbers(0.0, max(0.0, 0.999 * (step - distinct))), fill=st.nothing())

        def placed(ranks: list[int], shifts: NDArray[Any]) -> NDArray[Any]:
            numbers = np.clip(start + np.array(ranks, float) * step + shifts, low, high)
            return np.asarray(numbers, dtype).reshape(at)

        return st.builds(placed, order, jitter)

    fixed = (where,) if isinstance(where, int) else where
    return fixed.flatmap(spaced) if isinstance(fixed, st.SearchStrategy) else spaced(tuple(fixed))


def tensors(
    shape: Shape | st.SearchStrategy[Shape] | None = None, *, requires_grad: bool = True, dtype: DTypeLike = float,
    low: float = -2.0, high: float = 2.0, distinct: float = 0.0,
) -> st.SearchStrategy[Tensor]:  # fmt: skip
    """Tensors, by default leaves that require a gradient.

    ``shape``          of the tensors; None: any small one
    ``requires_grad``  whether they are leaves
    ``dtype``          of real or complex numbers
    ``low``            the least number, of complex ones the least part; ``high`` the largest
    ``distinct``       how far apart any two elements are at least (for max, sort)
    """
    drawn = arrays(shape, dtype=dtype, low=low, high=high, distinct=distinct)
    return drawn.map(lambda a: Tensor(a, requires_grad=requires_grad))
