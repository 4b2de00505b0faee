"""The value of an elementwise operation of tensors is NumPy's, where numbers are special, and where there are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograd import Tensor

from ..tables.operations import elementwise
from ..tables.operations.row import Row

SPECIAL = np.array([0.0, -0.0, 1, -1, 0.5, 2, np.inf, -np.inf, np.nan, 1e-300, 1e300, 1e-310, 3, -2.5, 1e4, -1e-5])
DTYPES = ["float16", "float32", "float64", "complex128"]
ROWS = {row.name: row for row in elementwise.ROWS if "period" not in row.name}
pytestmark = pytest.mark.filterwarnings("ignore")  # NumPy's of overflow, division and what is not defined


def inputs(row: Row, dtype: str) -> Iterator[list[Any]]:
    """Special numbers in several draws, empty arrays, and single numbers."""
    found = row.draw(0)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        yield [rng.choice(SPECIAL, x.shape).astype(dtype) for x in found]
    yield [x[:0].astype(dtype) if x.ndim else x.astype(dtype) for x in found]
    yield [x.reshape(-1)[0].astype(dtype) for x in found]


def parts(y: Any) -> list[np.ndarray]:
    return [z for x in y for z in parts(x)] if isinstance(y, tuple | list) else [np.asarray(getattr(y, "data", y))]


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_values_dtypes_and_shapes(row: Row) -> None:
    for dtype in DTYPES:
        for xs in inputs(row, dtype):
            with np.errstate(all="ignore"):
                try:
                    expected = parts(row.expression(*xs))
                except (TypeError, ValueError, IndexError, ZeroDivisionError):  # NumPy refuses: the tensor may, too
                    continue
                found = parts(row.expression(*[Tensor(np.array(x), requires_grad=True) for x in xs]))
            for y, z in zip(found, expected, strict=True):
                assert (y.dtype, y.shape) == (z.dtype, z.shape)
                np.testing.assert_allclose(y, z, rtol={"e": 2e-3, "f": 1e-5}.get(z.dtype.char, 1e-10))
