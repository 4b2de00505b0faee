"""Clipping: gradients shortened to a norm, or each number to an interval."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from optim import clip_grad_norm_, clip_grad_value_


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


@pytest.mark.parametrize("bound", [-1.0, math.nan, None, "1"])
@pytest.mark.parametrize(("clip", "name"), [(clip_grad_norm_, "max_norm"), (clip_grad_value_, "clip_value")])
def test_a_bound_that_is_none_is_refused(clip: Any, name: str, bound: Any) -> None:
    params, g = with_gradients()
    with pytest.raises(ValueError, match=f"{name} is a number, 0 or above"):
        clip(params[:1], bound)
    np.testing.assert_array_equal(gradients(params), g)


def test_clip_grad_value() -> None:
    params, _ = with_gradients()
    clip_grad_value_([params[0], params[2]], 1.5)
    assert params[0].grad.tolist() == [[1.5, -1.5], [0, 1]]
    assert params[2].grad == -1.5


def test_complex_numbers_are_not_clipped_to_an_interval() -> None:
    params, _ = with_gradients()
    with pytest.raises(TypeError, match="clip_grad_norm_"):
        clip_grad_value_(params, 1.5)


@pytest.mark.parametrize("clip", [clip_grad_norm_, clip_grad_value_])
def test_a_module_is_not_taken_for_its_parameters(clip: Any) -> None:
    with pytest.raises(TypeError, match=r"model\.parameters\(\), not Linear"):
        clip(nn.Linear(1, 1), 1.0)


def test_a_norm_whose_square_overflows_in_float32() -> None:
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


SIZES = [(np.float16, 6e-8), (np.float16, 3.0), (np.float16, 6e4), (np.float32, 1e-30), (np.float32, 1e30)]


@pytest.mark.parametrize("order", [1.0, 2.0, 3.0, math.inf])
@pytest.mark.parametrize(("dtype", "size"), SIZES)
def test_norms_of_many_numbers_in_a_low_precision(dtype: Any, size: float, order: float) -> None:
    p = Tensor(np.zeros(100_000, dtype), requires_grad=True)
    p.grad = np.full(100_000, size, dtype)
    norm = np.linalg.norm(np.full(100_000, dtype(size), float), order)
    assert clip_grad_norm_(p, norm / 2, order) == pytest.approx(norm, rel=1e-4)
    assert p.grad.dtype == dtype
    right = size * (norm / 2) / (norm + 1e-6)
    np.testing.assert_allclose(p.grad[:2].astype(float), right, rtol=1e-3, atol=6e-8 if dtype is np.float16 else 1e-44)


def test_a_share_that_half_precision_does_not_hold() -> None:
    p = Tensor(np.zeros(1, np.float16), requires_grad=True)
    p.grad = np.full(1, 6e4)
    clip_grad_norm_(p, 1e-4)
    np.testing.assert_allclose(p.grad, 1e-4, rtol=1e-2)


def test_a_norm_that_is_not_finite() -> None:
    p = Tensor(np.zeros(2, np.float32), requires_grad=True)
    p.grad = np.array([np.nan, 1.0])
    with pytest.raises(RuntimeError, match="nan"):
        clip_grad_norm_(p, 1.0, error_if_nonfinite=True)
    assert p.grad[1] == 1
    assert math.isnan(clip_grad_norm_(p, 1.0))
    assert np.isnan(p.grad).all()


def test_the_norm_of_no_gradients_is_0() -> None:
    assert clip_grad_norm_([], 1.0) == 0


def test_a_recorded_gradient_is_clipped_as_a_number() -> None:
    p, v = Tensor([3.0], requires_grad=True), Value(4.0)
    (p * p).sum().backward(create_graph=True)
    (v * v).backward(create_graph=True)
    assert clip_grad_norm_([p, v], 5.0) == pytest.approx(10)
    assert (p.grad.tolist(), v.grad) == (pytest.approx([3]), pytest.approx(4))
