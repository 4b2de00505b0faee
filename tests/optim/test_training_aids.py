"""Beside the optimizers: clipped gradients, averaged weights, SciPy's minimizers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from optim import EMA, SGD, SWA, clip_grad_norm_, clip_grad_value_, scipy_minimize
from optim.weight_averaging import Average

# ------------------------------------------------ clipping


def with_gradients() -> tuple[list[Any], Any]:
    """A tensor, a complex one and a Value, and all their gradients as one vector."""
    p, z, v = Tensor(np.ones((2, 2)), requires_grad=True), Tensor([1j], requires_grad=True), Value(1.0)
    p.grad, z.grad, v.grad = np.array([[3.0, -4.0], [0.0, 1.0]]), np.array([2 - 1j]), -2.0
    return [p, z, v, Tensor([0.0], requires_grad=True)], np.array([3, -4, 0, 1, 2 - 1j, -2])


def gradients(params: list[Any]) -> Any:
    return np.concatenate([np.reshape(p.grad, -1) for p in params if p.grad is not None])


@pytest.mark.parametrize("order", [2.0, 1.0, 3.0, math.inf])
def test_clip_grad_norm(order: float) -> None:
    params, g = with_gradients()
    norm = np.linalg.norm(g, order)
    assert clip_grad_norm_(iter(params), 1e3, order) == pytest.approx(norm)
    np.testing.assert_array_equal(gradients(params), g)
    assert clip_grad_norm_(params, 1.5, order) == pytest.approx(norm)
    np.testing.assert_allclose(gradients(params), g * 1.5 / (norm + 1e-6))
    assert type(params[2].grad) is float


def test_clip_grad_value() -> None:
    params, _ = with_gradients()
    clip_grad_value_([params[0], params[2]], 1.5)
    assert params[0].grad.tolist() == [[1.5, -1.5], [0, 1]]
    assert params[2].grad == -1.5
    with pytest.raises(TypeError, match="clip_grad_norm_"):
        clip_grad_value_(params, 1.5)


def test_a_norm_beyond_float32() -> None:
    p = Tensor(np.zeros(2, np.float32), requires_grad=True)
    p.grad = np.array([3e30, 4e30])
    assert clip_grad_norm_(p, 1.0) == pytest.approx(5e30)
    np.testing.assert_allclose(p.grad, [0.6, 0.8], rtol=1e-6)


@pytest.mark.parametrize(("order", "norm"), [(2.0, 5e200), (3.0, 91 ** (1 / 3) * 1e200)])
def test_a_norm_whose_powers_overflow(order: float, norm: float) -> None:
    p, v = Tensor(np.zeros(1), requires_grad=True), Value(0.0)
    p.grad, v.grad = np.array([3e200]), 4e200
    assert clip_grad_norm_([p, v], 5.0, order) == pytest.approx(norm)
    assert [p.grad[0], v.grad] == pytest.approx([3e200 * 5 / norm, 4e200 * 5 / norm])


def test_a_norm_that_is_not_finite() -> None:
    p = Tensor(np.zeros(2, np.float32), requires_grad=True)
    p.grad = np.array([np.nan, 1.0])
    with pytest.raises(RuntimeError, match="nan"):
        clip_grad_norm_(p, 1.0, error_if_nonfinite=True)
    assert p.grad[1] == 1
    assert math.isnan(clip_grad_norm_(p, 1.0))
    assert np.isnan(p.grad).all()


def test_no_gradients_have_the_norm_0() -> None:
    assert clip_grad_norm_([], 1.0) == 0


def test_a_recorded_gradient_is_clipped_as_a_number() -> None:
    p, v = Tensor([3.0], requires_grad=True), Value(4.0)
    (p * p).sum().backward(create_graph=True)
    (v * v).backward(create_graph=True)
    assert clip_grad_norm_([p, v], 5.0) == pytest.approx(10)
    assert (p.grad.tolist(), v.grad) == (pytest.approx([3]), pytest.approx(4))


# ------------------------------------------------ averaging


@pytest.mark.parametrize(
    ("kind", "options", "weights"), [(EMA, {"decay": 0.75}, [0.5625, 0.1875, 0.25]), (SWA, {}, [1 / 3, 1 / 3, 1 / 3])]
)
def test_average(kind: type[Average], options: Any, weights: list[float]) -> None:
    p, v = Tensor(np.ones((2, 1), np.float32), requires_grad=True), Value(1.0)
    params = [p, v]
    average = kind(iter(params), **options)
    for k, x in enumerate([1.0, 5.0, 2.0]):
        p.data, v.data = np.array([[x], [-x]]), x
        if k == 1:  # go on from its state
            state = average.state_dict()
            average.update()
            average = kind(params, **options)
            average.load_state_dict(state)
        average.update()
    mean = float(np.dot(weights, [1.0, 5.0, 2.0]))
    held = p.data
    with average.applied():
        np.testing.assert_allclose(p.data, [[mean], [-mean]], rtol=1e-6)
        assert v.data == pytest.approx(mean)
        with pytest.raises(RuntimeError, match="restore"):
            average.update()
    assert (p.data.tolist(), v.data) == ([[2.0], [-2.0]], 2.0)
    assert p.dtype == np.float32
    assert held.tolist() == [[2.0], [-2.0]]


def test_average_of_a_module_has_its_names_and_is_restored_after_an_error() -> None:
    model = nn.Linear(2, 1, generator=0)
    ema = EMA(model)
    ema.update()
    sgd = SGD(model.parameters(), lr=1.0)
    for p in model.parameters():
        p.grad = np.ones(p.shape)
    before = model.state_dict()
    sgd.step()
    after = model.state_dict()
    with pytest.raises(KeyError), ema.applied():
        np.testing.assert_array_equal(model.weight.data, before["weight"])
        raise KeyError
    np.testing.assert_array_equal(model.weight.data, after["weight"])
    assert list(ema.state_dict()["averages"]) == ["weight", "bias"]
    with pytest.raises(ValueError, match=r"nothing was loaded.*weight \(1, 2\).*the state has 0 \(3,\)"):
        ema.load_state_dict(EMA([Tensor(np.ones(3), requires_grad=True)]).state_dict())


@pytest.mark.parametrize(
    ("make", "says"), [(lambda: EMA([]), "no parameters"), (lambda: EMA([Value(1.0)], 1.5), "decay")]
)
def test_average_refuses(make: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make()


# ------------------------------------------------ SciPy's minimizers


def valley(x: Any, y: Any) -> Any:
    return (1 - x) ** 2 + 10 * (y - x**2) ** 2


@pytest.mark.parametrize(
    "method", ["L-BFGS-B", "BFGS", "CG", "Newton-CG", "trust-ncg", "trust-krylov", "trust-constr", "Nelder-Mead"]
)
def test_scipy_minimize(method: str) -> None:
    pytest.importorskip("scipy")
    x, y = Tensor([-1.0], requires_grad=True), Tensor([2.0], requires_grad=True)
    unused = Tensor([[7.0]], requires_grad=True)
    result = scipy_minimize([x, y, unused], lambda: valley(x, y).sum(), method, tol=1e-9)
    a, b = Value(-1.0), Value(2.0)
    scipy_minimize([a, b], lambda: valley(a, b), method, tol=1e-9)
    np.testing.assert_allclose([x.item(), y.item(), a.data, b.data], 1, atol=1e-4)
    assert result.x[:2].tolist() == [x.item(), y.item()]
    assert x.grad is None


def test_scipy_minimize_fits_a_module_and_passes_options_on() -> None:
    pytest.importorskip("scipy")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
    model = nn.Linear(3, 2, bias=False, generator=0, dtype=float)
    result = scipy_minimize(model, lambda: ((model(Tensor(x)) - y) ** 2).sum(), tol=1e-12)
    assert result.success
    np.testing.assert_allclose(model.weight.data.T, np.linalg.lstsq(x, y, rcond=None)[0], atol=1e-6)
    bounded = scipy_minimize(model, lambda: ((model(Tensor(x)) - y) ** 2).sum(), bounds=[(0, 0.01)] * 6)
    assert 0 <= bounded.x.min() <= model.weight.data.max() <= 0.01


def test_scipy_minimize_of_complex_numbers_and_of_nothing() -> None:
    pytest.importorskip("scipy")
    z = Tensor([1 + 2j, 0], requires_grad=True)

    def loss() -> Any:
        return np.sum(np.abs(z - (2 - 1j)) ** 2)

    scipy_minimize([z], loss)
    np.testing.assert_allclose(z.data, 2 - 1j, atol=1e-6)
    with pytest.raises(TypeError, match="L-BFGS-B"):
        scipy_minimize([z], loss, "Newton-CG")
    with pytest.raises(ValueError, match="no parameters"):
        scipy_minimize([Tensor([1.0])], loss)


def test_scipy_minimize_broken_off_leaves_the_best() -> None:
    pytest.importorskip("scipy")
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
