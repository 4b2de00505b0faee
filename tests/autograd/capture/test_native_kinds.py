"""The native machine on small integers, on complex numbers, and on functions of scipy.special."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba", reason="the native machine is compiled by numba")
from autograd.capture import capture
from autograd.capture.native import NativeMachine, codes
from autograd.capture.native.complex import NAMES

from .loop import C16, F8, I8, check, everywhere, layouts, some

SMALL = [np.int32, np.int16, np.int8, np.uint32, np.uint16, np.uint8]


@pytest.mark.parametrize("name", sorted({*codes.WHOLE, *codes.WHOLE_UNARY, *codes.COMPARING}))
@pytest.mark.parametrize("dtype", SMALL)
def test_small_integers(name: str, dtype: Any) -> None:
    ufunc = getattr(np, name)
    everywhere(ufunc, dtype, ufunc.nin)


WITH_SMALL: dict[str, Callable[[Any], Any]] = {
    "wraps": lambda x: (x * 100 + 120) * x, "to float": lambda x: x * 0.5 + x.astype(np.float32),
    "from float": lambda x: (x * 1.5).astype(x.dtype), "to int": lambda x: x.astype(I8) * 1000,
    "sum": lambda x: np.max(x) + np.min(x, axis=0), "places": lambda x: (np.argmax(x), np.argmin(x, axis=0)),
    "smaller": lambda x: x.astype(np.int8).astype(np.int16), "bool": lambda x: x.astype(bool) & (x > 2),
    "copies": lambda x: np.stack([x, x[::-1]]), "index": lambda x: (x * 0.5)[x[0] % 5], "number": lambda x: 3 - x,
    "where": lambda x: np.where(x > 2, x.astype(np.int32), np.int32(7)),
}  # fmt: skip


@pytest.mark.parametrize("name", WITH_SMALL)
@pytest.mark.parametrize("dtype", SMALL)
def test_functions_of_small_integers(name: str, dtype: Any) -> None:
    check(WITH_SMALL[name], [some(1, (5, 3), dtype)], [some(2, (5, 3), dtype)])


@pytest.mark.parametrize("dtype", [np.uint64, np.longlong])
def test_other_integers_by_numpys_loops(dtype: Any) -> None:
    check(
        lambda x, y: (x + y, x < y, np.maximum(x, y), x * 3),
        *[[some(k, (9,), dtype) for k in (n, n + 1)] for n in (1, 3)],
    )


def test_sums_of_small_integers_are_large() -> None:
    x, y = [some(k, (5, 3), np.int32) for k in (1, 2)]
    check(lambda x: (np.sum(x), x.sum(0), np.cumsum(x, axis=1), np.prod(x, axis=1)), [x], [y])


@pytest.mark.parametrize("name", NAMES)
def test_operations_on_complex_numbers(name: str) -> None:
    ufunc = getattr(np, name)
    for arrays, others in zip(layouts(1, C16, ufunc.nin), layouts(2, C16, ufunc.nin), strict=True):
        given = [[np.where(np.isfinite(x), x, 1 - 2j) for x in own] for own in (arrays, others)]
        check(ufunc, *given)  # ∞ and NaN come out of products as processors have them
        if name not in ("multiply", "divide", "square"):
            check(ufunc, arrays, others)


def many(x: Any) -> Any:
    return np.stack([x + k for k in range(30)]) / 2


def replaced(x: Any, y: Any) -> Any:
    z = x * 1.0
    z[np.array([2, 0])] = y[:2]
    np.add.at(z, np.array([1, 1, 0]), y)
    return z


WITH_COMPLEX: dict[str, Callable[[Any, Any], Any]] = {
    "a number": lambda x, y: 2 * x + 1j - y / 3, "parts": lambda x, y: x.real * y.imag + (x * y).real,
    "real and complex": lambda x, y: x.real * y + x.imag, "sums": lambda x, y: (x.sum(), np.sum(x * y, axis=0)),
    "kept": lambda x, y: np.add.reduce(x, axis=(0, 1), keepdims=True) * y, "cast": lambda x, y: x.real.astype(complex),
    "matmul": lambda x, y: x @ y, "a vector": lambda x, y: x @ y[0],
    "einsum": lambda x, y: np.einsum("ij,jk->ki", x, y),
    "real matmul": lambda x, y: x.real @ y, "stack": lambda x, y: np.stack([x, y, x.real]),
    "where": lambda x, y: np.where(x.real > 0, x, y), "where a number": lambda x, y: np.where(x.real > y.real, x, 0),
    "indices": lambda x, y: x[np.array([2, 0, -1])] + y[:, np.array([1, 1, 0])], "replaced": replaced,
    "conjugate": lambda x, y: x.conj().T * np.conjugate(y), "copy": lambda x, y: x.T.copy() + y.reshape(-1)[:3],
    "truth": lambda x, y: (np.any(x * 0), np.all(x + y, axis=0), (x - x.real).astype(bool)),
    "functions": lambda x, y: np.exp(x) + np.sin(y.T.copy()) - np.sqrt(x) * x**1.5,
    "many": lambda x, y: many(x) * many(y),
    "one number": lambda x, y: x[0, 0] * y[1, 1] / x[1, 2] - abs(y[0, 0]),
}  # fmt: skip


@pytest.mark.parametrize("name", WITH_COMPLEX)
def test_functions_of_complex_numbers(name: str) -> None:
    def numbers(seed: int) -> list[Any]:
        rng = np.random.default_rng(seed)
        return [rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)) for _ in range(2)]

    check(WITH_COMPLEX[name], numbers(1), numbers(2))


@pytest.mark.parametrize(
    "name", ["erf", "erfc", "gammaln", "psi", "expit", "ndtr", "log_expit", "entr", "xlogy", "beta"]
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_functions_of_scipy_by_their_own_loops(name: str, dtype: Any) -> None:
    special = pytest.importorskip("scipy.special", reason="these functions are SciPy's")
    ufunc = getattr(special, name)
    x, y = np.random.default_rng(1).normal(size=(2, 2, 50)).astype(dtype) * 20
    for n in (1, 50):
        check(ufunc, [*x[:, :n]][: ufunc.nin], [*y[:, :n]][: ufunc.nin], exact=True)
    special_numbers = [some(k, (7, 9), dtype) for k in range(4)]
    check(ufunc, special_numbers[: ufunc.nin], special_numbers[2 : 2 + ufunc.nin], exact=True)


@pytest.mark.parametrize("name", [*codes.UNARY, *codes.PREDICATES, *codes.BINARY, *codes.COMPARING])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_many_numbers_are_computed_by_numpys_loops(name: str, dtype: Any) -> None:
    ufunc = getattr(np, name)
    n, exact = ufunc.nin, name != "logaddexp"

    def numbers(seed: int, *shape: int) -> list[Any]:
        return [some(seed + k, shape, dtype) for k in range(n)]

    check(ufunc, numbers(1, 100), numbers(3, 100), exact=exact)
    check(ufunc, numbers(1, 20, 30), numbers(3, 20, 30), exact=exact)
    check(lambda *x: ufunc(*[part[::-2] for part in x]), numbers(1, 600), numbers(3, 600))
    if n == 2 and "logical" not in name:
        check(lambda x, y: ufunc(x, 1.5), numbers(1, 600), numbers(3, 600), exact=exact)


SHAPES: list[tuple[Any, Any]] = [
    ((20, 30), (30, 40)), ((30,), (30, 40)), ((20, 30), (30,)), ((3, 20, 30), (30, 10)), ((3, 20, 30), (3, 30, 10)),
    ((600,), (600,)), ((40, 1), (1, 40)), ((1, 50), (50, 20)), ((20, 50), (50, 1)), ((3, 1, 20, 30), (1, 3, 30, 10)),
]  # fmt: skip


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_larger_products_are_computed_by_blas(shapes: Any, dtype: Any) -> None:
    arrays, others = [[np.random.default_rng(s).normal(size=n).astype(dtype) for n in shapes] for s in (1, 2)]
    alone = len(shapes[0]) < 4
    check(np.matmul, arrays, others, alone=alone)
    check(lambda a, b: a.T.copy().T @ b, arrays, others, alone=alone)
    if len(shapes[1]) < 3:
        check(np.dot, arrays, others)
    if len(shapes[0]) == len(shapes[1]) == 2:
        check(lambda a, b: b.T @ a.T, arrays, others)
        check(lambda a, b: a[::2] @ b[:, ::-1], arrays, others)


def test_numbers_that_are_not_aligned_are_left_to_numpy() -> None:
    table = np.frombuffer(bytearray(8 * 101), np.uint8)[3:803].view(F8)
    table[...] = np.arange(100.0)
    assert not table.flags.aligned
    step = capture(lambda x: np.exp(-table) * x + table)
    for k in range(4):
        x = np.full(100, float(k))
        np.testing.assert_allclose(step(x), np.exp(-table) * x + table, 1e-15)
        table += 0.25
    assert NativeMachine(step.program).left()["add"] == 1


FORMS: dict[str, Callable[[Any], Any]] = {
    "order": lambda x: np.multiply(x, x.T, order="C"), "flat roll": lambda x: np.roll(x, np.int64(2)),
    "sequences": lambda x: x[(0, 2, 1), (1, 1, 0)] + x[[2, 0, 0]], "in itself": lambda x: within(x),
    "count": lambda x: np.count_nonzero(x > 0) + np.count_nonzero(x, axis=1) + np.count_nonzero(x.astype(I8)),
}  # fmt: skip


def within(x: Any) -> Any:
    y = x * 2
    np.copyto(y[0], y[1], where=x[2] > 0)
    y[2] = y[0]
    return y


@pytest.mark.parametrize("name", FORMS)
def test_forms_of_calls(name: str) -> None:
    check(FORMS[name], [some(1, (3, 3), F8)], [some(2, (3, 3), F8)])
