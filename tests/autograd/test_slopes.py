"""Rules neither overflow nor cancel where the derivative is an ordinary number, in both engines and all directions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, grad, jvp, special

from ..tables.slopes import ROWS, Slope

CLOSE = {"float64": 1e-9, "float32": 1e-5, "float16": 2e-2}
every_row = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def close(found: Any, expected: Any, dtype: str) -> None:
    np.testing.assert_allclose(np.asarray(found, float), np.asarray(expected, float), rtol=CLOSE[dtype], atol=0)


@every_row
def test_gradient(row: Slope) -> None:
    """By plain rules, and by the same rules recorded."""
    for create_graph in (False, True):
        xs = [Tensor(np.array(x, row.dtype), requires_grad=True) for x in row.x]
        row.function(*xs).sum().backward(create_graph=create_graph)
        for x, d in zip(xs, row.d, strict=True):
            assert x.grad.dtype == row.dtype
            close(getattr(x.grad, "_array", x.grad), d, row.dtype)


@pytest.mark.parametrize("row", [r for r in ROWS if np.size(r.x[0]) < 10], ids=lambda r: r.name)
def test_tangents(row: Slope) -> None:
    xs = tuple(np.array(x, row.dtype) for x in row.x)
    for i, x in enumerate(xs):
        expected = np.ravel(row.d[i])
        for k in range(x.size):
            ts = [np.zeros_like(v) for v in xs]
            ts[i].reshape(-1)[k] = 1
            if np.isinf(x).any() and x.size > 1:
                continue  # within one rule, a product adds 0 · ∞
            close(jvp(lambda *v: np.sum(row.function(*v)), xs, tuple(ts))[1], expected[k], row.dtype)


@pytest.mark.parametrize("row", [r for r in ROWS if r.value], ids=lambda r: r.name)
def test_values(row: Slope) -> None:
    for create_graph in (False, True):
        xs = [Value(x) for x in row.x]
        row.function(*xs).backward(create_graph=create_graph)
        close([getattr(x.grad, "data", x.grad) for x in xs], row.d, row.dtype)


@pytest.mark.parametrize("row", [r for r in ROWS if r.second is not None], ids=lambda r: r.name)
def test_second_derivative(row: Slope) -> None:
    close(grad(grad(row.function))(row.x[0]), row.second, row.dtype)
    x = Value(row.x[0])
    row.function(x).backward(create_graph=True)
    first, x.grad = x.grad, None
    first.backward()
    close(x.grad, row.second, row.dtype)


def test_complex_numbers() -> None:
    z = np.array([1 + 0.5j, -0.3 - 1j, 0.2 + 2j])
    np.testing.assert_allclose(special.logsumexp(z), np.log(np.sum(np.exp(z))))
    np.testing.assert_allclose(grad(special.logsumexp, holomorphic=True)(z), np.exp(z) / np.sum(np.exp(z)))
    slope = grad(lambda z: (-1.5) ** z, holomorphic=True)(1.2 + 0.3j)
    np.testing.assert_allclose(slope, (-1.5 + 0j) ** (1.2 + 0.3j) * np.log(-1.5 + 0j))
    for far in (400 + 1j, -400 + 1j, 800 - 2j):  # where the hyperbolic cosine overflows
        assert np.isfinite(grad(np.tanh, holomorphic=True)(far))
