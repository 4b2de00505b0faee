"""Template matching: at a center the result is 1, however far that is from 0; centers and widths are learned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd.testing import gradcheck
from nn import functional as F
from optim import SGD


@given(seed=st.integers(0, 2**32 - 1), offset=st.floats(-1e4, 1e4), spread=st.sampled_from([1e-3, 1.0, 100.0]))
def test_nothing_cancels(seed: int, offset: float, spread: float) -> None:
    """Far from 0, near a center and at it, distances equal those from differences, in either precision."""
    rng = np.random.default_rng(seed)
    for dtype in (np.float32, np.float64):
        w = (offset + rng.normal(size=(3, 4)) * spread).astype(dtype)
        x = (np.vstack([w, w + rng.normal(size=w.shape) * spread * 1e-3, rng.normal(size=(1, 4))])).astype(dtype)
        exact = np.square(x[:, None].astype(np.longdouble) - w).sum(2)
        found = F.squared_distances(x, w)
        assert np.all(np.diagonal(found[:3]) == 0)
        np.testing.assert_allclose(found, exact.astype(float), rtol=2e3 * np.finfo(dtype).eps, atol=1e-30)


def test_differences_are_taken_only_of_near_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others come from one matrix product, which is many times faster."""
    squared: list[tuple[int, ...]] = []
    einsum = np.einsum
    monkeypatch.setattr(np, "einsum", lambda how, a, b: (squared.append(a.shape), einsum(how, a, b))[1])
    w = np.array([[3.0, 1.0, 0.0], [-2.0, 1.0, 0.0], [-1.0, -2.0, 0.0]])
    x = np.array([[2.0, 0.0, 0.0], [-1.0, 0.0, 0.0]])
    np.testing.assert_allclose(F.squared_distances(x, w), [[2, 17, 13], [17, 2, 4]], rtol=1e-12)
    assert squared == [(2, 3), (3, 3)]  # |x|² and |w|²
    F.squared_distances(w + 1e-3, w)
    assert squared[2:] == [(3, 3), (3, 3), (3, 3)]  # and of three pairs |x - w|²


def test_layer() -> None:
    layer = nn.RBF(3, 4, generator=0, dtype=np.float64)
    x = np.random.default_rng(0).normal(size=(2, 5, 3))
    w, s = layer.centers.data, layer.widths.data
    np.testing.assert_allclose(layer(x).data, np.exp(-np.square(w - x[..., None, :]).sum(-1) / s**2), rtol=1e-12)
    np.testing.assert_array_equal(layer(w).data.diagonal(), 1)
    gradcheck(layer, x, parameters=list(layer.parameters()), order=2, samples=5)
    assert list(layer.state_dict()) == ["centers", "widths"] and repr(layer) == "RBF(3, 4)"
    assert layer.to(np.float32)(x).dtype == np.float32
    with pytest.raises(nn.ShapeError, match=r"RBF\(3, 4\) got \(2, 4\); it takes \(\.\.\., 3\)"):
        layer(np.ones((2, 4)))


def test_two_templates_learn_xor() -> None:
    """No line separates XOR, but one does in the matches of two templates, which become the points to match."""
    x, d = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([[0.0], [1.0], [1.0], [0.0]])
    model = nn.Sequential(nn.RBF(2, 2), nn.Linear(2, 1, generator=1)).to(np.float64)
    model[0].centers.data, model[0].widths.data = x[1:3] + 0.2, np.ones(2)
    optimizer = SGD(model.parameters(), lr=0.3, momentum=0.9)
    for _ in range(300):
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(model(x), d).backward()
        optimizer.step()
    assert np.array_equal(model(x).data > 0, d > 0)
    np.testing.assert_allclose(model[0].centers.data, x[1:3], atol=1e-3)
