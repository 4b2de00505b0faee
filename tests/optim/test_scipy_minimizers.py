"""SciPy's minimizers on tensors, Values and modules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from optim import scipy_minimize

pytest.importorskip("scipy")


def valley(x: Any, y: Any) -> Any:
    return (1 - x) ** 2 + 10 * (y - x**2) ** 2


@pytest.mark.parametrize(
    "method", ["L-BFGS-B", "BFGS", "CG", "Newton-CG", "trust-ncg", "trust-krylov", "trust-constr", "Nelder-Mead"]
)
def test_scipy_minimize(method: str) -> None:
    x, y = Tensor([-1.0], requires_grad=True), Tensor([2.0], requires_grad=True)
    unused = Tensor([[7.0]], requires_grad=True)
    result = scipy_minimize([x, y, unused], lambda: valley(x, y).sum(), method, tol=1e-9)
    a, b = Value(-1.0), Value(2.0)
    scipy_minimize([a, b], lambda: valley(a, b), method, tol=1e-9)
    np.testing.assert_allclose([x.item(), y.item(), a.data, b.data], 1, atol=1e-4)
    assert result.x[:2].tolist() == [x.item(), y.item()]
    assert x.grad is None


def model_and_loss() -> tuple[nn.Linear, Any, Any]:
    """A linear model, its squared error, and the weights that minimize it."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
    model = nn.Linear(3, 2, bias=False, generator=0, dtype=float)
    return model, lambda: ((model(Tensor(x)) - y) ** 2).sum(), np.linalg.lstsq(x, y, rcond=None)[0]


def test_it_fits_a_module() -> None:
    model, loss, best = model_and_loss()
    result = scipy_minimize(model, loss, tol=1e-12)
    assert result.success
    np.testing.assert_allclose(model.weight.data.T, best, atol=1e-6)


def test_options_are_passed_on() -> None:
    model, loss, _ = model_and_loss()
    bounded = scipy_minimize(model, loss, bounds=[(0, 0.01)] * 6)
    assert 0 <= bounded.x.min() <= model.weight.data.max() <= 0.01


def complex_and_loss() -> tuple[Tensor, Any]:
    z = Tensor([1 + 2j, 0], requires_grad=True)
    return z, lambda: np.sum(np.abs(z - (2 - 1j)) ** 2)


def test_complex_parameters() -> None:
    z, loss = complex_and_loss()
    scipy_minimize([z], loss)
    np.testing.assert_allclose(z.data, 2 - 1j, atol=1e-6)


def test_hessian_products_of_complex_parameters_are_refused() -> None:
    z, loss = complex_and_loss()
    with pytest.raises(TypeError, match="L-BFGS-B"):
        scipy_minimize([z], loss, "Newton-CG")


def test_parameters_without_gradients_are_refused() -> None:
    with pytest.raises(ValueError, match="no parameters"):
        scipy_minimize([Tensor([1.0])], complex_and_loss()[1])


def test_an_interrupted_search_leaves_the_best_parameters() -> None:
    v = Value(4.0)
    seen: dict[float, float] = {}

    def loss() -> Any:
        if len(seen) == 4:
            raise KeyboardInterrupt
        seen[v.data] = (v.data - 1.0) ** 4
        return (v - 1.0) ** 4

    with pytest.raises(KeyboardInterrupt):
        scipy_minimize([v], loss)
    assert v.data == min(seen, key=lambda x: seen[x])


def test_the_loss_given_first_is_told() -> None:
    w = Tensor([1.0], requires_grad=True)
    with pytest.raises(TypeError, match="takes the parameters first, then the function of the loss"):
        scipy_minimize(lambda: (w * w).sum(), [w])  # type: ignore[arg-type]
