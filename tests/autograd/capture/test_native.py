"""The law of the native machine: what its compiled loop computes is what NumPy's machine computes, to rounding.

A table has at least one line for each operation of the loop; each is run for several dtypes and layouts, on numbers
among which are zeros of both signs, infinities and NaN.
"""

from __future__ import annotations

import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd.capture.machines import Failed, NumPyMachine

numba = pytest.importorskip("numba", reason="the native machine is compiled by numba")
from autograd.capture.native import NativeMachine, codes  # noqa: E402
from autograd.capture.native.ufuncs import UFUNCS  # noqa: E402

from .loop import F4, F8, I8, U1, Array, check, everywhere, recorded, some  # noqa: E402

ROOT = Path(__file__).parents[3]


FLOATS = [*codes.UNARY, *codes.PREDICATES, *codes.BINARY, *codes.COMPARING]
WHOLES = [*codes.WHOLE_UNARY, *codes.WHOLE, *codes.COMPARING]
TRUTHS = ["logical_and", "logical_or", "logical_xor", "logical_not", "invert", "bitwise_and", "bitwise_or",
          "bitwise_xor", "add", "multiply", "maximum", "minimum", "equal", "not_equal", "less",
          "greater_equal"]  # fmt: skip


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("dtype", [F8, F4])
def test_elementwise_operations_on_floats(name: str, dtype: Any) -> None:
    ufunc = getattr(np, name)
    everywhere(ufunc, dtype, ufunc.nin, signed="max" not in name and "min" not in name)


@pytest.mark.parametrize("name", WHOLES)
def test_elementwise_operations_on_integers(name: str) -> None:
    ufunc = getattr(np, name)
    everywhere(ufunc, I8, ufunc.nin)


@pytest.mark.parametrize("name", TRUTHS)
def test_elementwise_operations_on_truth_values(name: str) -> None:
    ufunc = getattr(np, name)
    everywhere(ufunc, U1, ufunc.nin)


NUMBERS: dict[str, Callable[..., Any]] = {
    "x + 1": lambda x: x + 1, "2.5 - x": lambda x: 2.5 - x, "x / 3": lambda x: x / 3, "x ** 2": lambda x: x**2,
    "x ** 3.0": lambda x: x**3.0, "-0.0 * x": lambda x: -0.0 * x, "0.0 * x": lambda x: 0.0 * x + -0.0,
    "x > 0": lambda x: x > 0, "maximum": lambda x: np.maximum(x, 0), "float64": lambda x: np.float64(1.5) * x,
    "true": lambda x: x + True, "nan": lambda x: np.minimum(x, np.nan), "clip": lambda x: np.clip(x, -1, 0.5),
    "clip below": lambda x: x.clip(0, None), "cast": lambda x: x.astype(F4) * 2,
    "to int": lambda x: (x > 0).astype(I8) - 3,
    "mixed": lambda x: x + (x > 0), "where": lambda x: np.where(x > 0, x, 0.0),
    "where 2": lambda x: np.where(x > 0, 1.0, -x),
    "same": lambda x: np.equal(x, x) & ~np.isnan(x), "float_power": lambda x: np.float_power(x, 2),
    "root": lambda x: np.power(x, 0.5),
    "to bool": lambda x: x.astype(bool), "int and float": lambda x: (x > 0).astype(I8) * x,
}  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("dtype", [F8, F4])
def test_python_numbers_and_casts(name: str, dtype: Any) -> None:
    everywhere(NUMBERS[name], dtype, 1, signed=name != "maximum" and "clip" not in name)


def reducing(x: Any, axis: Any) -> tuple[Any, ...]:
    return (
        np.sum(x, axis=axis), x.sum(axis, keepdims=True), x.max(axis), np.min(x, axis, keepdims=True), x.mean(axis),
        np.add.reduce(x, axis=axis), np.any(x > 0, axis=axis), np.all(x > 0, axis=axis, keepdims=True),
        np.sum(x > 0, axis=axis), np.prod(x, axis=axis),
        np.fmax.reduce(x, axis=axis[0] if isinstance(axis, tuple) else axis),
    )  # fmt: skip


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1), (0, 2), (2, 1), (0, 1, 2)])
@pytest.mark.parametrize("dtype", [F8, F4])
def test_reductions(axis: Any, dtype: Any) -> None:
    def arrays(seed: int) -> list[Array]:
        shapes = (3, 5, 4), (4, 6, 5), (2, 9, 8), (1, 7, 1)
        first, second, third, fourth = [some(seed, shape, dtype) for shape in shapes]
        return [first, second.T, np.array(third[:, ::-2, ::2], order="K"), fourth]

    for x, other in zip(arrays(1), arrays(2), strict=True):
        check(lambda x: reducing(x, axis), [x], [other], alone=axis in (None, 0, 1, -1), signed=False)
        check(lambda x: (np.sum(x, axis), np.prod(x, axis), np.mean(x, axis)), [x], [other])


@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 100, 129, 1000, 5001])
def test_sums_are_added_as_numpy_adds_them(n: int) -> None:
    x, y = np.random.default_rng(n).normal(size=(2, n))
    check(lambda x: x.sum(), [x], [y], exact=True)
    check(lambda x: np.sum(x[::2]), [x], [y], exact=True)


RUNNING: dict[str, Callable[[Any], Any]] = {
    "cumsum": lambda x: (np.cumsum(x, axis=0), np.cumsum(x, axis=1), np.cumsum(x)),
    "cumprod": lambda x: (np.cumprod(x, axis=0), x.cumprod(1)),
    "accumulate": lambda x: (np.maximum.accumulate(x, axis=0), np.add.accumulate(x, 1)),
    "argmax": lambda x: (x.argmax(), np.argmax(x, axis=0), np.argmin(x, axis=1), x.argmin(1, keepdims=True)),
}


@pytest.mark.parametrize("name", RUNNING)
@pytest.mark.parametrize("dtype", [F8, F4, I8])
def test_what_runs_along_an_axis(name: str, dtype: Any) -> None:
    check(RUNNING[name], [some(1, (4, 6), dtype)], [some(2, (4, 6), dtype)])


FORMS = {  # of products: the shapes of the operands
    np.matmul: [((3, 4), (4, 2)), ((4,), (4, 2)), ((3, 4), (4,)), ((4,), (4,)), ((5, 3, 4), (4, 2)),
                ((2, 5, 3, 4), (5, 4, 2)), ((2, 1, 1, 3), (5, 3, 1))],
    np.dot: [((3, 4), (4, 2)), ((4,), (4,)), ((2, 4), (3, 4, 2)), ((2, 3, 4), (4,))],
    np.vecdot: [((3, 4), (4,)), ((2, 3, 4), (3, 4))],
    "ij,jk->ik": [((2, 3), (3, 4))], "ij,ij->i": [((3, 4), (3, 4))], "ij,ij->": [((3, 4), (3, 4))],
    "ij,kj": [((2, 3), (4, 3))], "abi,abij->j": [((2, 3, 4), (2, 3, 4, 5))], "i,j->ji": [((3,), (4,))],
    "bij,bjk->bki": [((2, 3, 4), (2, 4, 5))], "ij,jk->": [((2, 3), (3, 4))], "ii,i->i": [((3, 3), (3,))],
    np.tensordot: [((3, 2, 4), (2, 4, 5))],
    "i,j->ij": [((3,), (4,))], "i,i->i": [((3,), (3,))],
}  # fmt: skip
FORMS[np.matmul] += [((40, 1), (1, 30)), ((1, 1), (1, 1)), ((1,), (1,))]
FORMS[np.dot] += [((1,), (1,)), ((1, 1), (1,)), ((3, 1), (1, 2))]


@pytest.mark.parametrize("function", FORMS)
@pytest.mark.parametrize("dtype", [F8, F4])
def test_products(function: Any, dtype: Any) -> None:
    for shapes in FORMS[function]:
        arrays, others = [[np.random.default_rng(s).normal(size=n).astype(dtype) for n in shapes] for s in (1, 2)]
        f = (lambda *x: np.einsum(function, *x)) if isinstance(function, str) else function
        check(f, arrays, others)
        check(f, arrays, [-0.0 * abs(others[0]), abs(others[1])])
        if len(shapes[1]) == 2 and not isinstance(function, str):
            check(lambda a, b, f=f: f(a, b.T.copy().T), arrays, others)


def written(x: Any, y: Any) -> Any:
    """Copies into parts, also onto itself."""
    z = x.copy()
    z[1:] = z[:-1]
    z[0] = y[0]
    z += y
    np.multiply(z[::-1], 2.0, out=z)
    np.matmul(z, y, out=z)
    np.cumsum(z, axis=1, out=z)
    z[:, 1] = z[1, 0]
    return z


MASK = np.array([[True, False, True], [False, True, False], [True, True, False]])


def put_at(x: Any, mask: Any, value: Any) -> Any:
    z = x * 1
    z[mask] = value
    return z


def copied(x: Any, y: Any) -> Any:
    z = np.zeros_like(x)
    np.copyto(z, y, where=x > y)
    return z


MOVING: dict[str, Callable[..., Any]] = {
    "stack": lambda x, y: np.stack([x, y, x], axis=1), "concatenate": lambda x, y: np.concatenate([x, y[:2]], axis=0),
    "concatenate 1": lambda x, y: np.concatenate([x, y], axis=-1),
    "stack of parts": lambda x, y: np.stack([x[0, 1], y[2, 2]]),
    "full": lambda x, y: np.full_like(x, 3.0) + np.zeros_like(y),
    "copy": lambda x, y: (x.T.copy(), y.T.astype(y.dtype)),
    "written": written, "outer": lambda x, y: np.multiply.outer(x[0], y[1]),
    "trace": lambda x, y: np.einsum("ii->", x + y),
    "diagonal": lambda x, y: np.einsum("ii->i", x) + np.einsum("ij->j", y),
    "transposed": lambda x, y: np.einsum("ij->ji", x * y),
    "row": lambda x, y: np.einsum("ij->i", x - y),
    "reshape": lambda x, y: (x.T.reshape(-1), np.reshape(y[::-1], (1, 9))),
    "roll": lambda x, y: np.roll(x, 1, axis=0) + np.roll(y, -2, axis=1) + np.roll(x[0], 4),
    "triangles": lambda x, y: np.tril(x) + np.triu(y, 1) + np.tril(x, -1) + np.triu(y, -5) + np.tril(x, 7),
    "take": lambda x, y: np.take(x, 1, 0) + np.take(y, -2, axis=1) + np.take(x, np.array([2, 0, -1]), axis=1)[0],
    "mask": lambda x, y: put_at(x, MASK, y[0, 0]) + put_at(y, MASK[1], 2.0),
    "initial": lambda x, y: x.max(initial=0.0) + np.sum(y, axis=0, initial=1.5) + np.min(x, initial=-1.0, axis=1),
    "where a fact": lambda x, y: np.where(True, x, y) + np.where(False, x, 1.0),
    "power": lambda x, y: np.power(x, 2) + y**2,
    "copyto": lambda x, y: copied(x, y),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVING)
@pytest.mark.parametrize("dtype", [F8, F4])
def test_copies(name: str, dtype: Any) -> None:
    check(MOVING[name], [some(k, (3, 3), dtype) for k in (1, 2)], [some(k, (3, 3), dtype) for k in (3, 4)])


def test_every_operation_of_the_tables_is_a_ufunc_of_numpy() -> None:
    tables = {*codes.UNARY, *codes.PREDICATES, *codes.BINARY, *codes.COMPARING, *codes.WHOLE, *codes.WHOLE_UNARY}
    assert {*UFUNCS.values()} == tables


@pytest.mark.parametrize("read", [bool, float, int, bytes])
def test_guards_stop_the_loop(read: Any) -> None:
    def f(x: Any) -> Any:
        y = x * 2
        if read is bool:
            bool(y[0] > 1)
        elif read is bytes:
            np.array(y)
        else:
            read(y[1])
        return y + 1

    program = recorded(f, [np.array([1.0, 2.0])])
    machine, plain = NativeMachine(program), NumPyMachine(program)
    machine.run([np.array([1.0, 2.0])])
    for x in ([0.0, 3.0], [np.nan, -0.0]):
        with pytest.raises(Failed) as found:
            machine.run([np.array(x)])
        with pytest.raises(Failed) as wanted:
            plain.run([np.array(x)])
        assert found.value.guard == wanted.value.guard
        assert repr(found.value.seen) == repr(wanted.value.seen)


def test_what_the_loop_does_not_know_is_called_between_two_stretches() -> None:
    x, y = np.random.default_rng(0).normal(size=(2, 6))
    check(lambda x: np.sort(x * 2) + np.sin(np.sort(x)), [x], [y], alone=False)
    large = np.random.default_rng(0).normal(size=(2, 20_000))
    check(lambda x: (x[:5] * 2, x * 2), [large[0]], [large[1]], alone=False)


@pytest.mark.parametrize("word", [4, 6, 8])
def test_a_wrong_step_is_found(word: int) -> None:
    """A planted mistake: one step of one row."""
    x, y = np.random.default_rng(0).normal(size=(2, 9))
    program = recorded(lambda x: np.hypot(x[::2], x[1:6]), [x])
    machine, plain = NativeMachine(program), NumPyMachine(program)
    assert machine.words[0] == codes.BINARY_F8
    machine.words[word] += 8 if word != 4 else -8
    assert not np.allclose(machine.run([y])[0], plain.run([y])[0])


def shifted(x: Any) -> Any:
    return x @ x.T + np.eye(x.shape[-1], dtype=x.dtype)


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 2), (1, 2)])
@pytest.mark.parametrize("shape", [(2, 3, 4), (1, 1, 1), (1, 4, 1), (3, 1, 20), (9, 2, 130)])
@pytest.mark.parametrize("options", [{}, {"keepdims": True}, {"initial": 0.0}, {"initial": -0.0}], ids=str)
def test_the_sign_of_a_sum_of_zeros(shape: Any, axis: Any, options: Any) -> None:
    def f(x: Any) -> Any:
        return np.sum(x, axis=axis, **options), np.sum(x.astype("f4").T, axis=axis), np.mean(x, axis=axis)

    x = np.full(shape, -0.0)
    program = recorded(f, [np.ones(shape)])
    for sum, expected in zip(NativeMachine(program).run([x]), NumPyMachine(program).run([x]), strict=True):
        np.testing.assert_array_equal(np.signbit(sum), np.signbit(expected))


BOUNDS = [
    (0.0, 1), (-1, -0.0), (0.0, None), (None, -0.0), (-0.0, np.ones(5)), (np.zeros(5), 1), (np.zeros(1), 1),
    (np.float64(0), np.array(-0.0)), (np.nan, 1), (2, 1),
]  # fmt: skip


@pytest.mark.parametrize("low, high", BOUNDS)
@pytest.mark.parametrize("dtype", [F8, F4])
def test_zeros_between_bounds(low: Any, high: Any, dtype: Any) -> None:
    program = recorded(lambda x: np.clip(x * 1, low, high), [np.ones(5, dtype)])
    x = np.array([0.0, -0.0, 3, -3, np.nan], dtype)
    clipped, expected = NativeMachine(program).run([x])[0], NumPyMachine(program).run([x])[0]
    np.testing.assert_array_equal(clipped, expected)
    np.testing.assert_array_equal(np.signbit(clipped)[:4], np.signbit(expected)[:4])
    one = recorded(lambda x, low: np.clip(x, low, low + 1), [np.ones(1, dtype), np.ones(1, dtype)])
    given = [x[1:2], x[:1]]
    assert np.signbit(NativeMachine(one).run(given)[0]) == np.signbit(NumPyMachine(one).run(given)[0])


SYSTEMS: dict[str, Callable[[Any, Any], Any]] = {
    "solve": np.linalg.solve, "solve for a vector": lambda a, b: np.linalg.solve(a, b[:, 0]),
    "transposed": lambda a, b: np.linalg.solve(a.T, b.T.copy().T), "inv": lambda a, b: np.linalg.inv(a),
    "det": lambda a, b: np.linalg.det(a), "slogdet": lambda a, b: tuple(np.linalg.slogdet(a)),
    "cholesky": lambda a, b: np.linalg.cholesky(shifted(a)),
    "upper": lambda a, b: np.linalg.cholesky(shifted(a), upper=True),
}  # fmt: skip


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("n", [1, 2, 4, 9])
@pytest.mark.parametrize("dtype", [F8, F4])
def test_small_systems(name: str, n: int, dtype: Any) -> None:
    first, second = np.random.default_rng(n).normal(size=(2, n, n + 3))
    check(lambda x: SYSTEMS[name](x[:, :n], x[:, n:]), [first.astype(dtype)], [second.astype(dtype)], loose=True)


def test_systems_of_many_matrices() -> None:
    arrays, others = [[np.random.default_rng(s).normal(size=n) for n in ((5, 3, 3), (2, 1, 3, 4))] for s in (1, 2)]
    check(np.linalg.solve, arrays, others, loose=True)
    check(lambda a, b: (np.linalg.inv(a), np.linalg.det(a), *np.linalg.slogdet(a)), arrays, others, loose=True)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_becomes_of_numbers_that_are_not_finite(name: str, bad: float) -> None:
    arrays = [np.random.default_rng(n).normal(size=(3, 6)) for n in range(6)]
    machine = NativeMachine(program := recorded(lambda x: SYSTEMS[name](x[:, :3], x[:, 3:]), arrays[:1]))
    for x, place in zip(arrays, np.ndindex(2, 3), strict=True):
        x[place] = bad
        results: list[Any] = []
        for one in (machine, NumPyMachine(program)):
            try:
                results.append([y.copy() for y in one.run([x])])
            except np.linalg.LinAlgError as error:
                results.append(str(error))
        if isinstance(results[0], str) or isinstance(results[1], str):
            assert results[0] == results[1]
            continue
        for y, expected in zip(*results, strict=True):
            np.testing.assert_allclose(y, expected, rtol=1e-10)


@pytest.mark.parametrize("name", ["solve", "inv", "cholesky"])
def test_a_singular_matrix_raises_what_numpy_raises(name: str) -> None:
    good, bad = np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([[1.0, 2.0], [2.0, 4.0]])
    if name == "cholesky":
        bad = -good
    f = getattr(np.linalg, name)
    program = recorded(lambda a: (f(a, a) if name == "solve" else f(a)) * 2, [good])
    machine = NativeMachine(program)
    with pytest.raises(np.linalg.LinAlgError) as found:
        machine.run([bad])
    with pytest.raises(np.linalg.LinAlgError, match=str(found.value)):
        NumPyMachine(program).run([bad])
    assert np.isfinite(machine.run([good])[0]).all()


ROWS, COLUMNS = np.array([2, 0, -1, 2]), np.array([1, -2, 1, 1])


def added(x: Any, key: Any) -> Any:
    y = np.zeros_like(x)
    np.add.at(y, key, x[key] * 2)
    return y


def replaced(x: Any, key: Any) -> Any:
    y = x * 1.0
    y[key] = x[key] * 2 + 1
    return y


KEYS = {
    "rows": ROWS, "columns": (slice(None), ROWS), "both": (ROWS, COLUMNS), "with a slice": (slice(0, 3, 2), ROWS),
    "apart": (ROWS, slice(None), COLUMNS),
    "new axis": (None, ROWS), "ellipsis": (..., ROWS), "with a number": (1, ROWS),
    "a table": (ROWS[:, None], COLUMNS), "two axes": np.array([[0, 1], [2, 2]]),
    "backwards": (slice(None, None, -1), ROWS),
}  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("dtype", [F8, F4, I8])
def test_arrays_of_indices(name: str, dtype: Any) -> None:
    x, y = some(1, (3, 4, 5), dtype), some(2, (3, 4, 5), dtype)
    key = KEYS[name]
    check(lambda x: (x[key], replaced(x, key)), [x], [y])
    if dtype is not I8:
        check(lambda x: added(x, key), [x], [y])


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_numbers_along_an_axis(axis: int) -> None:
    def f(x: Any) -> Any:
        best = np.argmax(x, axis=axis, keepdims=True)
        y = x * 1.0
        np.put_along_axis(y, best, 0.0, axis)
        return np.take_along_axis(x, best, axis), y

    check(f, [some(1, (3, 4, 5), F8)], [some(2, (3, 4, 5), F8)])


def test_an_index_that_is_not_there_raises_what_numpy_raises() -> None:
    x, index = np.arange(4.0), np.array([0, 3])
    machine = NativeMachine(recorded(lambda x, k: x[k] * 2, [x, index]))
    assert machine.run([x, np.array([1, -4])])[0].tolist() == [2.0, 0.0]
    with pytest.raises(IndexError, match="out of bounds"):
        machine.run([x, np.array([1, 4])])


def test_the_loop_goes_on_where_numpy_has_done_what_it_could_not() -> None:
    """A matrix without an exact pivot, that NumPy judges otherwise: the rest of the program is done all the same."""
    x = np.ones((2, 2)) + np.eye(2)
    machine = NativeMachine(recorded(lambda x: np.linalg.inv(x) * 2, [x]))
    machine._python = lambda number: (machine.array(machine.program.steps[0].outputs[0]).fill, (3.0,))  # type: ignore[method-assign]
    assert (machine.run([np.ones((2, 2))])[0] == 6.0).all()
    machine = NativeMachine(recorded(lambda x: np.linalg.inv(x * 2), [x]))  # and it may be the last
    machine._python = lambda number: (machine.found[0].fill, (3.0,))  # type: ignore[method-assign]
    assert (machine.run([np.ones((2, 2))])[0] == 3.0).all()


def test_a_machine_leaves_when_nobody_holds_it() -> None:
    machine = NativeMachine(recorded(lambda x: np.sort(x) * 2, [np.arange(3.0)]))
    gone = weakref.ref(machine)
    del machine
    assert gone() is None


def test_the_loop_is_compiled_once_for_all_processes() -> None:
    """This process has compiled it, or has found it compiled; the next one finds it."""
    text = "from autograd.capture.native.kernel import kernel; print(len(kernel.signatures))"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "1"
    assert done.stderr == ""


def test_floating_point_errors_that_should_raise_do() -> None:
    machine = NativeMachine(recorded(lambda x: 1 / x, [np.ones(3)]))
    assert np.isinf(machine.run([np.zeros(3)])[0]).all()
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        machine.run([np.zeros(3)])
