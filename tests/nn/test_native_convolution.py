"""Compiled convolutions keep NaN and ∞ where NumPy has them, though they compute more than is asked for."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numba")

from autograd.native import TWINS
from tests.tables.twins_of_windows import ROWS


@pytest.mark.parametrize("path", ROWS)
@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_nan_and_infinity_stay_where_they_belong(path: str, odd: float) -> None:
    pair = TWINS[path]
    for arguments in ROWS[path](np.random.default_rng(0), "f")[::4]:
        for k in (0, 1):  # each operand in turn, beside its border, where padding and the ends of rows are near
            given = [np.array(v) if isinstance(v, np.ndarray) else v for v in arguments]
            given[k][0, 0, ..., -1] = odd
            with np.errstate(all="ignore"):
                y, right = pair.either(*given), pair.numpy(*given)
            assert np.array_equal(np.isfinite(y), np.isfinite(right))
            np.testing.assert_allclose(y, right, 1e-4, 1e-6 * np.max(np.abs(right[np.isfinite(right)]), initial=1))
