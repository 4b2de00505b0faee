"""Max pooling where numbers are equal: the first of the largest is the one that counts, in every sweep."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from autograd import grad, jvp
from nn import functional as F

# Two images with ties, of which other elements are picked.
TIES = [np.array([[[2.0, 2.0, 1.0, 3.0, 0.0, 0.0]]]), np.array([[[0.0, 1.0, 4.0, 4.0, 2.0, 3.0]]])]
PICKED = [[0, 3, 4], [1, 2, 5]]


def pushed(x: Any, t: Any) -> Any:
    return jvp(lambda x: F.max_pool1d(x, 2), [x], [t])[1]


def test_tangents_and_gradients_belong_to_the_first_of_the_largest() -> None:
    """The sweeps are linear, and each is the adjoint of the other, whichever is differentiated how often."""
    t, g = np.arange(1.0, 7.0).reshape(1, 1, 6), np.array([[[1.0, -2.0, 5.0]]])
    for x, places in zip(TIES, PICKED, strict=True):
        back = np.zeros(6)
        back[places] = g[0, 0]
        np.testing.assert_array_equal(pushed(x, t)[0, 0], t[0, 0, places])
        np.testing.assert_array_equal(grad(lambda x: np.sum(F.max_pool1d(x, 2) * g))(x)[0, 0], back)
        np.testing.assert_array_equal(grad(lambda t, x=x: np.sum(pushed(x, t) * g))(t)[0, 0], back)
        curved = grad(lambda t, x=x: np.sum(grad(lambda t: np.sum(pushed(x, t) ** 3 * g))(t)))(t)
        np.testing.assert_allclose(curved[0, 0], back * 6 * t[0, 0])


@pytest.mark.parametrize("stride", [1, 2])
def test_windows_that_overlap_add_their_gradients(stride: int) -> None:
    x = np.array([[[1.0, 1.0, 5.0, 5.0, 0.0]]])
    found = grad(lambda x: np.sum(F.max_pool1d(x, 3, stride)))(x)[0, 0]
    assert found.tolist() == [0, 0, 3 if stride == 1 else 2, 0, 0]


def test_with_ceil_mode_a_last_window_that_sees_only_padding_is_left_out() -> None:
    """PyTorch's rule: ceil((n + 2p - k) / s) + 1 windows, less the last one if it begins in the padding behind."""
    for n, k, s, p in product(range(3, 8), range(1, 4), range(1, 5), range(2)):
        if 2 * p <= k:
            windows = -(-(n + 2 * p - k) // s) + 1
            windows -= (windows - 1) * s >= n + p
            y = F.max_pool1d(np.arange(1.0, n + 1).reshape(1, 1, n), k, s, p, ceil_mode=True)
            assert y.shape[-1] == windows, (n, k, s, p)
