"""taylor_test and adjoint_test pass right derivatives, and tell wrong ones from corners, rounding and wrong forms."""

from __future__ import annotations

import doctest
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value, operation
from autograd.testing import AdjointError, TaylorError, adjoint_test, taylor_test
from autograd.testing import strategies as draw

X = np.array([0.5, -1.0, 1.5])
A = np.arange(12.0).reshape(4, 3) - 5
SEEDS = st.integers(0, 2**32 - 1)
RANDOM = np.random.default_rng(0)


def cube(first: float = 3.0, second: bool = True) -> Any:
    """x³, with this factor in its derivative; without the second derivative it is taken for a constant."""
    f = operation(lambda x: x**3, name="cube", kind="elementwise")
    constant = lambda x: x.detach() if isinstance(x, Tensor) and not second else x  # noqa: E731
    f.pull(lambda d, x: d * first * x * constant(x))
    return f


# ---------------------------------------------------------------- taylor_test

SMOOTH: dict[str, Any] = {
    "exp": np.exp,
    "a product": lambda x: np.sin(x) * x[..., :1],
    "a norm": np.linalg.norm,
    "a sum of powers": lambda x: np.sum(x**4 - 2 * x**2),
    "the largest": np.max,
    "sorted": lambda x: np.sort(x) * x,
    "linear": lambda x: 3 * x[::-1],
    "far from zero": lambda x: 1e6 + np.tanh(x),
    "lost digits": lambda x: np.log(1 + x * x),
    "small": lambda x: 1e-12 * np.sin(x),
}


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", SMOOTH)
@given(seed=SEEDS, size=st.integers(-2, 2))
def test_the_remainder_of_right_derivatives_falls(name: str, order: Any, mode: Any, seed: int, size: int) -> None:
    x = np.random.default_rng(seed).normal(size=4) * 10.0**size
    report = taylor_test(SMOOTH[name], x, order=order, mode=mode, seed=seed, raises=False)
    assert report.kind in ("correct", "precision"), str(report)
    assert report or size, str(report)  # rounding hides nothing near 1


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_in_each_precision(dtype: Any) -> None:
    x = X.astype(dtype) * (1 + 0.5j if dtype.startswith("c") else 1)
    for order in (1, 2):
        assert taylor_test(lambda x: np.exp(x) * x, x, order=order)
    assert not taylor_test(cube(3.03), x, raises=False)


def test_values_nests_and_parameters() -> None:
    v = Value(2.0)
    assert taylor_test(lambda a: (a * v).tanh(), Value(0.3), parameters=[v], order=2)
    w = Tensor(X, requires_grad=True)
    assert taylor_test(lambda p: {"y": p["a"] * w, "z": p["a"].sum()}, {"a": X}, parameters=[w])


@given(factor=st.sampled_from([3 * (1 + 1e-4), 3 * (1 - 1e-4), 3.09, -3.0, 0.0, 1.0]), seed=SEEDS)
def test_a_wrong_gradient_is_found(factor: float, seed: int) -> None:
    report = taylor_test(cube(factor), X, seed=seed, raises=False)
    assert report.kind == "wrong" and report.slope == pytest.approx(1, abs=0.1), str(report)
    assert f"{factor / 3:.6g} times" in report.hint


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_a_wrong_second_derivative_is_found(mode: Any) -> None:
    assert taylor_test(cube(second=False), X, mode=mode)
    report = taylor_test(cube(second=False), X, order=2, mode=mode, raises=False)
    assert report.kind == "wrong" and report.slope == pytest.approx(2, abs=0.1)
    assert "first derivatives" in taylor_test(cube(3.03), X, order=2, raises=False).hint


def test_derivatives_by_hand() -> None:
    f = lambda x: float(np.sum(np.sin(x)))  # noqa: E731
    assert taylor_test(f, X, grad=np.cos)
    assert not taylor_test(f, X, grad=lambda x: 1.03 * np.cos(x), raises=False)
    assert taylor_test(np.sin, X, vjp=lambda x, u: u * np.cos(x))
    assert taylor_test(np.sin, X, jvp=lambda x, v: v * np.cos(x), mode="forward")
    two = lambda x, y: (x * y, x + y)  # noqa: E731
    assert taylor_test(two, X, X, vjp=lambda x, y, u: (u[0] * y + u[1], u[0] * x + u[1]))
    with pytest.raises(TypeError, match="jvp= is not given"):
        taylor_test(np.sin, X, vjp=lambda x, u: u, mode="forward")
    assert taylor_test(np.sin, X, grad=np.cos)  # the gradient of the sum


KINDS: dict[str, tuple[str, str, Any, Any, dict[str, Any]]] = {
    "a corner": ("kink", "to the left", np.abs, np.array([0.0, 1.0]), {"kinks": False}),
    "a slope beyond a corner": (
        "wrong",
        "to the left",
        np.abs,
        np.array([0.0]),
        {"vjp": lambda x, u: 1.5 * u},
    ),
    "a jump": ("wrong", "hardly falls", lambda x: np.floor(x) + x, np.array([2.0]), {}),
    "random numbers": ("wrong", "hardly falls", lambda x: x * RANDOM.normal(), X, {}),
    "no number": ("not differentiable", "not finite", np.log, -X, {}),
    "an end of the domain": ("not differentiable", "a small step away", lambda x: x**1.5, np.array([0.0]), {}),
    "an infinite slope": ("not differentiable", "inf", np.sqrt, np.array([0.0]), {}),
    "no result": ("nothing", "no floating result", lambda x: np.argmax(x), X, {}),
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_everything_else_has_its_kind(name: str) -> None:
    kind, words, f, x, options = KINDS[name]
    with pytest.raises(TaylorError) as caught:
        taylor_test(f, x, **options)
    assert caught.value.report.kind == kind and words in str(caught.value), str(caught.value)


def test_a_slope_between_those_of_a_corner_is_right() -> None:
    assert taylor_test(np.abs, np.array([0.0, 1.0])).hint
    assert taylor_test(np.abs, np.array([1e-3, 1.0])).slope == np.inf


def test_the_table_has_steps_remainders_and_slopes() -> None:
    lines = str(taylor_test(np.exp, X)).splitlines()
    assert lines[0] == "correct: the remainder falls as h^2.00; that of right derivatives falls as h^2"
    assert lines[1].split() == ["h", "remainder", "slope"]
    assert [float(line.split()[2]) for line in lines[5:8]] == pytest.approx([2, 2, 2], abs=0.1)
    assert lines[-1].endswith("rounding")


# ---------------------------------------------------------------- adjoint_test


@given(f=draw.expressions(2), seed=SEEDS)
def test_both_directions_of_expressions_belong_together(f: Any, seed: int) -> None:
    x, y = np.random.default_rng(seed).normal(size=(2, 3))
    for dtype in (np.float64, np.float32):
        assert adjoint_test(f, x.astype(dtype), y.astype(dtype), seed=seed)
    assert adjoint_test(f, Value(x[0]), Value(y[0]))


LINEAR: dict[str, tuple[Any, tuple[Any, ...], Any, dict[str, Any]]] = {
    "a matrix": (lambda x: A @ x, (X,), lambda u: A.T @ u, {}),
    "a complex matrix": (lambda x: (A + 1j) @ x, (X * 1j,), lambda u: (A + 1j).T @ u, {}),
    "its conjugate": (lambda x: (A + 1j) @ x, (X * 1j,), lambda u: (A - 1j).T @ u, {"conjugate": True}),
    "Fourier": (np.fft.fft, (X * 1j,), lambda u: np.fft.ifft(u) * 3, {"conjugate": True}),
    "two inputs, two results": (lambda x, y: (x + y, 2 * x), (X, X), lambda u, w: (u + 2 * w, u), {}),
    "single precision": (lambda x: np.float32(A) @ x, (np.float32(X),), lambda u: np.float32(A).T @ u, {}),
    "nothing at all": (lambda x: 0 * x, (X,), lambda u: 0 * u, {}),
}


@pytest.mark.parametrize("name", LINEAR)
@given(seed=SEEDS)
def test_linear_functions_and_their_adjoints(name: str, seed: int) -> None:
    f, inputs, adjoint, options = LINEAR[name]
    assert adjoint_test(f, *inputs, adjoint=adjoint, seed=seed, **options)


WRONG: dict[str, tuple[str, str, Any, Any, dict[str, Any]]] = {
    "a factor": ("wrong", "1.03 times", lambda x: A @ x, X, {"adjoint": lambda u: 1.03 * A.T @ u}),
    "a tiny factor": ("wrong", "factor", lambda x: A @ x, X, {"adjoint": lambda u: (1 + 1e-11) * A.T @ u}),
    "a sign": ("wrong", "a sign", lambda x: A @ x, X, {"adjoint": lambda u: -A.T @ u}),
    "no adjoint": ("wrong", "another function", lambda x: A[:3] @ x, X, {"adjoint": lambda u: A[:3] @ u}),
    "a conjugate": ("wrong", "conjugate=True", lambda x: A @ x * 1j, X * 1j, {"adjoint": lambda u: A.T @ u * -1j}),
    "a shape": ("form", r"(2,)", lambda x: A @ x, X, {"adjoint": lambda u: (A.T @ u)[:2]}),
    "no number": ("not differentiable", "not finite", lambda x: A @ x, X, {"adjoint": lambda u: A.T @ u * np.nan}),
    "no result": ("nothing", "no floating", lambda x: np.argmax(x), X, {}),
    "two rules": (
        "wrong",
        "0.666666667 times",
        lambda x: x**3,
        X,
        {"vjp": lambda x, u: 2 * u * x * x, "jvp": lambda x, v: 3 * v * x * x},
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_adjoint_is_found(name: str) -> None:
    kind, words, f, x, options = WRONG[name]
    with pytest.raises(AdjointError) as caught:
        adjoint_test(f, x, **options)
    assert caught.value.report.kind == kind and words in str(caught.value), str(caught.value)


CANCELLING: dict[str, Any] = {
    "a difference of large numbers": lambda x: 1e10 * (1 + x * x) - 1e10 * x * x,
    "logarithms": lambda x: np.log(x) - np.log(x * 1.0000001),
    "an inverse": lambda x: np.linalg.inv(np.outer(x, x) + 1e-4 * np.diag(x)),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CANCELLING)
@given(seed=SEEDS)
def test_what_is_lost_inside_is_rounding(name: str, dtype: Any, seed: int) -> None:
    x = np.random.default_rng(seed).uniform(0.3, 2.5, 3).astype(dtype)
    assert adjoint_test(CANCELLING[name], x, seed=seed)


def test_what_is_missing_is_told() -> None:
    with pytest.raises(TypeError, match="both directions, but jvp= is not given"):
        adjoint_test(np.sin, X, vjp=lambda x, u: u)
    with pytest.raises(TypeError, match="not both"):
        adjoint_test(np.sin, X, vjp=lambda x, u: u, adjoint=np.sin)
    with pytest.raises(TypeError, match=r"x \* 1.0"):
        adjoint_test(lambda x: 2 * x, np.arange(3), adjoint=lambda u: 2 * u)


@pytest.mark.parametrize("function", [taylor_test, adjoint_test])
def test_examples_in_docstrings(function: Any) -> None:
    result = doctest.testmod(sys.modules[function.__module__], extraglobs={"np": np})
    assert result.attempted and not result.failed
