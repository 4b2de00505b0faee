"""HIPS autograd's derivatives of functions: each against what it is by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import differential_operators as d
from autograd.core import make_jvp, make_vjp

x, v = np.array([1.0, 2.0]), np.array([3.0, -1.0])
A = np.array([[1.0, 2.0], [3.0, 5.0], [-1.0, 0.5]])


def cubes(x: Any) -> Any:
    return np.sum(x**3)


def linear(x: Any) -> Any:
    return A @ x


def scaled(a: Any, b: float = 2.0, *rest: Any, c: float = 1.0, **others: Any) -> Any:
    return a * b * c * rest[0] * others["e"]


ROWS: dict[str, tuple[Callable[[], Any], Any]] = {
    "deriv": (lambda: d.deriv(np.sin)(x), np.cos(x)),
    "deriv of several": (lambda: d.deriv(lambda a, b: a * b, (0, 1))(2.0, 3.0), 5.0),
    "grad_and_aux": (lambda: d.grad_and_aux(lambda x: (x**2, x * 3))(2.0), (4.0, 6.0)),
    "grad_and_aux, argnum": (lambda: d.grad_and_aux(lambda a, b: (a * b, b), 1)(2.0, 5.0), (2.0, 5.0)),
    "grad_named": (lambda: d.grad_named(lambda a, b: a * b**2, "b")(2.0, 3.0), 12.0),
    "holomorphic_grad": (lambda: d.holomorphic_grad(lambda z: z**3)(1 + 2j), 3 * (1 + 2j) ** 2),
    "hessian": (lambda: d.hessian(cubes)(x), np.diag(6 * x)),
    "hessian of several": (lambda: d.hessian(lambda x: x**3)(x), np.einsum("ij,jk->ijk", np.eye(2), np.diag(6 * x))),
    "hessian, argnum": (lambda: d.hessian(lambda a, x: a * cubes(x), argnum=1)(2.0, x), np.diag(12 * x)),
    "hessian_vector_product": (lambda: d.hessian_vector_product(cubes)(x, v), 6 * x * v),
    "hessian_tensor_product": (
        lambda: d.hessian_tensor_product(lambda a, X: np.sum(X**3) * a, 1)(2.0, A, A), 12 * A * A,
    ),
    "vector_jacobian_product": (lambda: d.vector_jacobian_product(linear)(x, np.ones(3)), A.sum(0)),
    "tensor_jacobian_product": (
        lambda: d.tensor_jacobian_product(lambda x: np.outer(x, x))(x, v), np.outer(x, v) + (x @ v) * np.eye(2),
    ),
    "make_vjp": (lambda: d.make_vjp(linear)(x)[0](np.ones(3)), A.sum(0)),
    "make_vjp, value": (lambda: d.make_vjp(linear)(x)[1], A @ x),
    "make_vjp, argnum": (lambda: d.make_vjp(lambda a, b: a * b, (1, 0))(2.0, 3.0)[0](1.0), (2.0, 3.0)),
    "make_vjp of nests": (
        lambda: d.make_vjp(lambda t: {"a": t[0] * t[1]})((2.0, x))[0]({"a": v}), (v @ x, 2 * v),
    ),
    "make_vjp, independent": (lambda: d.make_vjp(lambda x: 3.0)(x)[0](1.0), np.zeros(2)),
    "make_jvp": (lambda: d.make_jvp(linear)(x)(v), (A @ x, A @ v)),
    "make_jvp, argnum": (lambda: d.make_jvp(lambda a, b: a * b, 1)(2.0, 3.0)(10.0), (6.0, 20.0)),
    "make_jvp_reversemode": (lambda: d.make_jvp_reversemode(lambda x: linear(x) ** 2)(x)(v), 2 * (A @ x) * (A @ v)),
    "make_hvp": (lambda: d.make_hvp(cubes)(x)[0](v), 6 * x * v),
    "make_hvp, gradient": (lambda: d.make_hvp(cubes)(x)[1], 3 * x**2),
    "make_ggnvp": (lambda: d.make_ggnvp(linear)(x)(v), A.T @ A @ v),
    "make_ggnvp, g": (lambda: d.make_ggnvp(linear, lambda y: np.sum(y**4))(x)(v), A.T @ (12 * (A @ x) ** 2 * (A @ v))),
    "make_ggnvp, argnum": (lambda: d.make_ggnvp(lambda a, x: a * linear(x), f_argnum=1)(2.0, x)(v), 4 * A.T @ A @ v),
    "multigrad_dict": (
        lambda: d.multigrad_dict(scaled)(1.0, 3.0, 5.0, e=7.0),
        {"a": 105.0, "b": 35.0, "rest": (21.0,), "c": 105.0, "others": {"e": 15.0}},
    ),
    "checkpoint": (lambda: d.grad(d.checkpoint(cubes))(x), 3 * x**2),
    "core.make_vjp": (lambda: make_vjp(linear, x)[0](np.ones(3)), A.sum(0)),
    "core.make_jvp": (lambda: make_jvp(linear, x)(v), (A @ x, A @ v)),
    "grad of make_vjp": (lambda: d.grad(lambda x: np.sum(d.make_vjp(cubes)(x)[0](1.0) * v))(x), 6 * x * v),
    "grad of make_jvp": (lambda: d.grad(lambda x: d.make_jvp(cubes)(x)(v)[1])(x), 6 * x * v),
    "grad, argnum": (lambda: autograd.grad(lambda a, b: a * b, argnum=1)(2.0, 3.0), 2.0),
    "value_and_grad, argnum": (lambda: autograd.value_and_grad(np.multiply, argnum=[1])(2.0, 3.0), (6.0, (2.0,))),
    "jacobian, argnum": (lambda: autograd.jacobian(lambda a, x: a * linear(x), argnum=1)(2.0, x), 2 * A),
    "elementwise_grad, argnum": (lambda: autograd.elementwise_grad(lambda a, x: a * x, argnum="x")(2.0, x), [2.0, 2.0]),
    "whole numbers, argnum": (
        lambda: autograd.elementwise_grad(lambda a, x: a * x**2, argnum=1)(2.0, np.array([1, 2])), [4.0, 8.0],
    ),
    "hvp, argnum": (lambda: autograd.hvp(lambda a, x: a * cubes(x), argnum=1)(2.0, x, v), 12 * x * v),
}  # fmt: skip


def alike(ours: Any, theirs: Any) -> None:
    if isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        ours, theirs = tuple(ours.values()), tuple(theirs.values())
    if isinstance(theirs, tuple):
        assert isinstance(ours, tuple) and len(ours) == len(theirs)
        for a, b in zip(ours, theirs, strict=True):
            alike(a, b)
    else:
        assert not isinstance(ours, autograd.Tensor)
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@pytest.mark.parametrize("name", ROWS)
def test_derivatives_are_what_they_are_by_hand(name: str) -> None:
    compute, result = ROWS[name]
    alike(compute(), result)


def test_names_stand_where_hips_has_them() -> None:
    for name in d.__all__:
        assert getattr(autograd, name) is getattr(d, name)
    assert d.make_vjp(cubes).__name__ == "make_vjp_of_cubes_wrt_argnum_0"
    assert d.multigrad_dict(cubes).__name__ == "multigrad_dict(cubes)"


def test_operators_refuse_what_they_cannot_differentiate() -> None:
    with pytest.raises(TypeError, match="make_vjp takes a function"):
        d.make_vjp(x)
    with pytest.raises(TypeError, match="make_jvp: there is no argument 2"):
        d.make_jvp(cubes, 2)(x)
    with pytest.warns(UserWarning, match="not complex"):
        d.holomorphic_grad(lambda x: x**2)(1.0)
