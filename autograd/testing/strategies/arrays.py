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
    """Arrays of this shape, or of any small one; no two elements are closer than ``distinct`` (for max, sort)."""
    where = shapes() if shape is None else shape
    if not distinct:
        return hnp.arrays(dtype, where, elements=numbers(low, high, dtype=dtype), fill=st.nothing())

    def spaced(at: Shape) -> st.SearchStrategy[Any]:
        size = int(np.prod(at, dtype=int))
        order = st.permutations(range(size))
        jitter = hnp.arrays(float, size, elements=st.floats(0, distinct), fill=st.nothing())

        def placed(ranks: list[int], shifts: NDArray[Any]) -> NDArray[Any]:
            return np.asarray((np.array(ranks, float) - size // 2) * 2 * distinct + shifts, dtype).reshape(at)

        return st.builds(placed, order, jitter)

    return (where if isinstance(where, st.SearchStrategy) else st.just(where)).flatmap(spaced)


def tensors(
    shape: Shape | st.SearchStrategy[Shape] | None = None, *, requires_grad: bool = True, dtype: DTypeLike = float,
    low: float = -2.0, high: float = 2.0, distinct: float = 0.0,
) -> st.SearchStrategy[Tensor]:  # fmt: skip
    """Tensors, by default leaves that require a gradient; the options are those of ``arrays``."""
    drawn = arrays(shape, dtype=dtype, low=low, high=high, distinct=distinct)
    return drawn.map(lambda a: Tensor(a, requires_grad=requires_grad))
