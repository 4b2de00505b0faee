"""Systems with one matrix are solved by its factors, which are computed once; and triangles as such."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograd import value_and_grad
from autograd.capture import capture
from autograd.capture.program import lapack

N = 30
solve, inv, cholesky = np.linalg.solve, np.linalg.inv, np.linalg.cholesky


@pytest.fixture(autouse=True)
def as_found() -> Iterator[None]:
    """What is found out about the library in a test is forgotten after it."""
    yield
    lapack.library.cache_clear()
    lapack.reached.cache_clear()


def positive(a: Any) -> Any:
    return a @ a.conj().T + np.eye(N, dtype=a.dtype)


def changed_between(a: Any, b: Any) -> Any:
    c = a * 1
    x = solve(c, b)
    c[0] *= 2
    return x + solve(c, b)


TWO = ["lu", "lu_solve", "lu_solve"]
CASES: dict[str, tuple[Callable[..., Any], list[str]]] = {  # and the names of systems in the program
    "a vector": (lambda a, b: solve(a, b[0]) + solve(a, b[1]), TWO),
    "one after the other": (lambda a, b: solve(a, solve(a, b[0])), TWO),
    "a matrix": (lambda a, b: solve(a, b[:, :3]) + solve(a, b[:3].T), TWO),
    "the transpose": (lambda a, b: solve(a, b[0]) + solve(a.T, b[0]), TWO),
    "the transpose first": (lambda a, b: solve(a.T, b[0]) + solve(a, b[0]), TWO),
    "an inverse": (lambda a, b: inv(a) @ solve(a, b), ["lu", "lu_inverse", "lu_solve"]),
    "inverses": (lambda a, b: inv(a.T) @ inv(a), ["lu", "lu_inverse", "lu_inverse"]),
    "two matrices": (lambda a, b: solve(a, b[0]) + solve(b, a[0]), ["solve", "solve"]),
    "one system": (lambda a, b: solve(a, b[0]), ["solve"]),
    "of other numbers": (lambda a, b: solve(a, b[0].astype(complex)) + solve(a, b[1]), ["solve", "solve"]),
    "small": (lambda a, b: solve(a[:9, :9], b[0, :9]) + solve(a[:9, :9], b[1, :9]), ["solve", "solve"]),
    "parts": (lambda a, b: solve(a[1:, 1:], b[0, 1:]) + solve(a[1:, 1:], b[1, ::-1][1:]), TWO),
    "many": (lambda a, b: solve(a + b[:2, :1, None], b) + solve(a + b[:2, :1, None], a), ["solve", "solve"]),
    "changed between": (changed_between, ["solve", "solve"]),
    "a triangle": (lambda a, b: inv(cholesky(positive(a))), ["cholesky", "inverse_of_triangle"]),
    "an upper triangle": (lambda a, b: inv(cholesky(positive(a), upper=True)), ["cholesky", "inverse_of_triangle"]),
    "transposed": (lambda a, b: inv(cholesky(positive(a)).T), ["cholesky", "inverse_of_triangle"]),
    "solved": (lambda a, b: solve(cholesky(positive(a)), b[0]), ["cholesky", "solve_by_triangle"]),
    "solved for many": (lambda a, b: solve(cholesky(positive(a)), b[:, ::4]), ["cholesky", "solve_by_triangle"]),
    "and transposed": (lambda a, b: solve(cholesky(positive(a)).T, b.T), ["cholesky", "solve_by_triangle"]),
    "of an upper one": (lambda a, b: solve(cholesky(positive(a), upper=True), b), ["cholesky", "solve_by_triangle"]),
    "part of a triangle": (lambda a, b: inv(cholesky(positive(a))[1:, 1:]), ["cholesky", "inv"]),
}  # fmt: skip


def systems(step: Any) -> list[str]:
    names = [getattr(s, "name", "guard") for s in step.program.steps]
    return [name for name in names if name.startswith(("lu", "solve", "inv", "chol"))]


def matrices(seed: int, dtype: Any) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, N, N)) + 1j * rng.normal(size=(2, N, N))
    return (a.astype(dtype), b.astype(dtype)) if dtype.kind == "c" else (a.real.astype(dtype), b.real.astype(dtype))


@pytest.mark.parametrize("machine", ["numpy", "native"])
@pytest.mark.parametrize("letter", "dsz")
@pytest.mark.parametrize("name", CASES)
def test_results_are_those_of_single_calls(name: str, letter: str, machine: str, monkeypatch: Any) -> None:
    if machine == "native":
        pytest.importorskip("numba", reason="the native machine is compiled by numba")
    monkeypatch.setenv("CHALKGRAD_MACHINE", machine)
    dtype = {v: k for k, v in lapack.LETTERS.items()}[letter]
    f, expected = CASES[name]
    step = capture(f)
    for seed in range(4):
        given = matrices(seed, dtype)
        found, right = step(*given), f(*given)
        assert found.dtype == right.dtype
        rounding = 2e-2 if letter == "s" else 1e-9
        np.testing.assert_allclose(found, right, rounding, rounding * abs(right).max())
    if lapack.reached() and (name != "of other numbers" or letter != "z"):
        assert systems(step) == expected


@pytest.mark.parametrize("f", [
    lambda a, b: solve(a, b) + solve(a, 2 * b), lambda a, b: solve(a.T, b) + inv(a)[0],
])  # fmt: skip
def test_a_singular_matrix_raises_what_numpy_raises(f: Callable[..., Any]) -> None:
    step = capture(f)
    for seed in range(3):
        step(*matrices(seed, np.dtype(float)))
    a, b = matrices(0, np.dtype(float))
    a[1] = 0
    with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
        step(a, b)
    a, b = matrices(1, np.dtype(float))
    np.testing.assert_allclose(step(a, b), f(a, b), 1e-9)


def test_derivatives_share_the_factors() -> None:
    def f(a: Any, b: Any) -> Any:
        return np.sum(solve(a, b) ** 2)

    step = capture(value_and_grad(f, argnums=(0, 1)))
    for seed in range(3):
        a, b = matrices(seed, np.dtype(float))
        (value, found), (right, wanted) = step(a, b[0]), value_and_grad(f, argnums=(0, 1))(a, b[0])
        np.testing.assert_allclose(value, right, 1e-9)
        for x, y in zip(found, wanted, strict=True):
            np.testing.assert_allclose(x, y, 1e-9, 1e-9 * abs(y).max())
    assert systems(step) == (TWO if lapack.reached() else ["solve", "solve"])


class Nothing:
    """A library without LAPACK."""


@pytest.mark.parametrize("library", [Nothing(), OSError()])
def test_where_lapack_is_not_reached_programs_stay_as_they_are(library: Any, monkeypatch: Any) -> None:
    def load(path: str) -> Any:
        if isinstance(library, OSError):
            raise library
        return library

    lapack.library.cache_clear()
    lapack.reached.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", load)
    f = CASES["a vector"][0]
    step = capture(f)
    for seed in range(3):
        given = matrices(seed, np.dtype(float))
        assert np.array_equal(step(*given), f(*given))
    assert systems(step) == ["solve", "solve"]


def test_a_library_that_computes_something_else_is_not_used(monkeypatch: Any) -> None:
    lapack.reached.cache_clear()
    monkeypatch.setattr(lapack, "called", lambda *given: 0)
    assert not lapack.reached()
