"""Where linear algebra has no derivative: a decided one or an error, never a silently wrong one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor

EYE = np.eye(3)
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
