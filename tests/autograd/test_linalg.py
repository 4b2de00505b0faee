"""Where linear algebra has no derivative: a decided one or an error, never a silently wrong one."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg

import autograd
from autograd import Tensor, grad, hessian, jacobian, jvp

from ..tables.scaled import SCALED, SQUARE, Homogeneous

EYE = np.eye(3)
SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]])
SPIN = np.array([[2.0, 1.0j, 0.0], [-1.0j, 3.0, 1.0], [0.0, 1.0, 5.0]])  # Hermitian


def gradient(f: Callable[[Any], Any], x: Any) -> Any:
    t = Tensor(x, requires_grad=True)
    f(t).backward()
    return t.grad


UNDETERMINED: dict[str, tuple[Callable[[Any], Any], Any, str]] = {
    "eigh of equal eigenvalues": (lambda x: np.linalg.eigh(x)[1][0, 1], EYE, "equal eigenvalues"),
    "eig of equal eigenvalues": (lambda x: np.linalg.eig(x)[1][0, 1], EYE, "equal eigenvalues"),
    "svd of equal singular values": (lambda x: np.linalg.svd(x)[0][0, 1], EYE, "equal singular values"),
    "svd of rank 1": (lambda x: np.linalg.svd(x[:, :2], False)[0][0, 1], np.outer([1, 2, 3.0], [1, 2, 3]), "full rank"),
    "svd with vectors left over": (lambda x: np.linalg.svd(x[:, :1])[0][0, 1], EYE + 1, "any basis"),
    "eigh of free phases": (lambda x: np.real(np.linalg.eigh(x)[1][1, 1]), SPIN, "phases"),
    "svd of free phases": (lambda x: np.real(np.linalg.svd(x)[0][1, 1]), SPIN, "phases"),
    "logm of a singular matrix": (lambda x: np.sum(autograd.linalg.logm(x)), SINGULAR, "singular"),
    "sqrtm of a singular matrix": (lambda x: np.sum(autograd.linalg.sqrtm(x)), SINGULAR, "singular"),
    "a power of a singular matrix": (
        lambda x: np.sum(autograd.linalg.fractional_matrix_power(x, 0.3)),
        0 * EYE,
        "singular",
    ),
    "slogdet of a singular matrix": (lambda x: np.linalg.slogdet(x)[1], 0 * EYE, "Singular"),
}


@pytest.mark.parametrize("case", UNDETERMINED)
def test_an_undetermined_derivative_raises(case: str) -> None:
    f, x, words = UNDETERMINED[case]
    with pytest.raises(np.linalg.LinAlgError, match=words):
        gradient(f, x)


def test_a_complete_qr_with_undetermined_columns_is_refused() -> None:
    with pytest.raises(TypeError, match="reduced"):
        np.linalg.qr(Tensor(EYE[:, :2], requires_grad=True), mode="complete")


def test_functions_that_treat_equal_eigenvalues_alike_have_a_gradient() -> None:
    assert np.allclose(gradient(lambda x: np.sum(np.linalg.eigvalsh(x) ** 2), EYE), 2 * EYE)
    assert np.allclose(gradient(lambda x: np.linalg.norm(x, "nuc"), EYE), EYE)


def test_only_the_triangle_that_is_read_has_a_gradient() -> None:
    for f in (np.linalg.cholesky, np.linalg.eigvalsh):
        assert not np.triu(gradient(lambda x, f=f: np.sum(f(x)), EYE + np.diag([1.0, 2, 3])), 1).any()


def test_functions_of_negative_eigenvalues_are_differentiated_beside_the_cut() -> None:
    """log(-b) = log b + πi and √(-b) = i √b, and so their derivatives."""
    pytest.importorskip("scipy")
    b, u = np.array([[4.0, 0.3], [0.2, 3.0]]), np.array([[1.0, -2.0], [0.5, 3.0]])
    for f, part in ((autograd.linalg.logm, np.real), (autograd.linalg.sqrtm, np.imag)):
        found = hessian(lambda x, f=f, part=part: np.sum(part(f(-x)) * u))(b)
        np.testing.assert_allclose(found, hessian(lambda x, f=f: np.sum(f(x) * u))(b), atol=1e-9)


@pytest.mark.parametrize("order", [None, 1, 2, 3, "fro"])
def test_the_norm_of_zero_has_the_gradient_zero(order: Any) -> None:
    x = np.zeros((2, 2)) if order == "fro" else np.zeros(3)
    assert not gradient(lambda x: np.linalg.norm(x, order), x).any()


def test_det_has_a_third_derivative() -> None:
    """det is cubic in a 3x3 matrix, so its third derivative is its polarisation."""
    rng = np.random.default_rng(0)
    x, *d = rng.normal(size=(4, 3, 3))
    f: Any = np.linalg.det
    for direction in d:
        f = (lambda g, v: lambda x: np.sum(autograd.grad(g)(x) * v))(f, direction)
    parts = [c for r in (1, 2, 3) for c in itertools.combinations(d, r)]
    assert np.isclose(f(x), sum((-1) ** (3 - len(c)) * np.linalg.det(sum(c)) for c in parts))


# ---------------------------------------------------------------- matrices of any size


SCALES = {np.float64: (1e-120, 1e-30, 1e30, 1e120), np.float32: (1e-30, 1e-12, 1e12, 1e30)}
SCALE = [(dtype, c) for dtype, scales in SCALES.items() for c in scales]


def weighted(function: Callable[[Any], Any], derivative: str) -> Callable[[Any], Any]:
    """A derivative of one number made from all results: by all elements, along the matrix, or along it twice."""

    def value(a: Any) -> Any:
        y = function(a)
        return np.sum(y * np.cos(np.arange(float(y.size))).astype(y.dtype).reshape(y.shape))

    def along(a: Any) -> Any:
        return jvp(value, (a,), (np.sin(np.arange(float(a.size))).astype(a.dtype).reshape(a.shape),))[1]

    return {"gradient": grad(value), "tangent": along, "second": grad(along)}[derivative]


@pytest.mark.filterwarnings("ignore:logm result")
@pytest.mark.parametrize("derivative", ["gradient", "tangent", "second"])
@pytest.mark.parametrize("row", SCALED, ids=[row.name for row in SCALED])
def test_derivatives_of_large_and_small_matrices_are_those_of_ordinary_ones(row: Homogeneous, derivative: str) -> None:
    """The derivative of order n of a function of degree k has the degree k - n, unless the numbers leave the range."""
    f = weighted(row.function, derivative)
    degree = row.degree - (2 if derivative == "second" else 1)
    right = f(row.sample)
    for dtype, c in SCALE:
        if abs(degree * np.log10(c)) < np.log10(np.finfo(dtype).max) - 3:
            found = f((row.sample * c).astype(dtype)).astype(float) / c ** (degree / 2) / c ** (degree / 2)
            error = np.max(np.abs(found - right)) / max(np.max(np.abs(right)), 1e-3)
            assert error < (1e-8 if dtype is np.float64 else 3e-3), (dtype, c, error)


def leibniz(x: Any) -> Any:
    """The determinant as the sum of its n! products."""
    n = x.shape[-1]
    signs = [(np.linalg.det(np.eye(n)[list(p)]), p) for p in itertools.permutations(range(n))]
    return sum(sign * np.prod(x[range(n), p]) for sign, p in signs)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_determinant_has_all_derivatives_at_singular_matrices(n: int) -> None:
    for x in (np.zeros((n, n)), np.ones((n, n)), np.diag(np.arange(n) * 1.0), 1e-3 * np.ones((n, n))):
        for derivative in (jacobian, hessian, lambda f: jacobian(hessian(f))):
            assert np.allclose(derivative(np.linalg.det)(x), derivative(leibniz)(x), atol=1e-9), x


@pytest.mark.parametrize("order", [3, 4])
def test_higher_derivatives_of_a_determinant_need_no_rank(order: int) -> None:
    """By interpolation: det is a polynomial of degree 6 in the coefficients of these directions."""
    rng = np.random.default_rng(1)
    x, directions = rng.normal(size=(6, 3)) @ rng.normal(size=(3, 6)), rng.normal(size=(order, 6, 6))
    circle = np.exp(2j * np.pi * np.arange(6) / 6)
    weights = np.array(list(itertools.product(circle, repeat=order)))
    right = np.mean(np.linalg.det(x + np.tensordot(weights, directions, 1)) / np.prod(weights, -1))

    def along(f: Callable[[Any], Any], t: Any) -> Callable[[Any], Any]:
        return lambda x: jvp(f, (x,), (t,))[1]

    assert np.isclose(functools.reduce(along, directions, np.linalg.det)(x), right.real)


@pytest.mark.parametrize("order", [1, 2, np.inf, "nuc", "fro"])
def test_the_norm_of_an_empty_matrix_is_0(order: Any) -> None:
    for shape in ((0, 0), (2, 0, 3), (0, 3, 3)):
        x = Tensor(np.zeros(shape), requires_grad=True)
        y = np.linalg.norm(x, order, axis=(-2, -1))
        assert np.array_equal(y.data, np.linalg.norm(x.data, order, axis=(-2, -1)))
        y.sum().backward()
        assert x.grad.shape == shape


def test_the_sign_of_a_real_determinant_has_the_tangent_0() -> None:
    x = np.array([[[2.0]], [[-3.0]]])
    sign, logarithm = jvp(np.linalg.slogdet, [x], [np.ones_like(x)])[1]
    np.testing.assert_array_equal(sign, np.zeros(2), strict=True)
    np.testing.assert_allclose(logarithm, [1 / 2, -1 / 3])


OF_EXPONENTIAL: list[tuple[str, tuple[Any, ...], Any]] = [
    ("cosm", (), SQUARE), ("sinm", (), SQUARE), ("cosm", (), SQUARE * 1j), ("sinm", (), SQUARE * 1j),
    ("fractional_matrix_power", (0.3,), SQUARE), ("fractional_matrix_power", (3,), SQUARE),
]  # fmt: skip


@pytest.mark.parametrize(("name", "more", "x"), OF_EXPONENTIAL)
def test_functions_made_of_exponential_and_logarithm_are_scipys(name: str, more: tuple[Any, ...], x: Any) -> None:
    theirs, ours = getattr(scipy.linalg, name), getattr(autograd.linalg, name)
    t, h = np.cos(np.arange(9.0)).reshape(3, 3), 1e-6
    y, change = jvp(lambda a: ours(a, *more), (x,), (t,))
    assert np.allclose(y, theirs(x, *more))
    assert np.allclose(change, (theirs(x + h * t, *more) - theirs(x - h * t, *more)) / (2 * h), atol=1e-6)
