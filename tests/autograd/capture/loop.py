"""What the laws of the native machine share: programs of functions, numbers that are special, and both machines.

Convention: imported where numba can be had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from autograd.capture.machines.numpy_machine import NumPyMachine
from autograd.capture.native import NativeMachine
from autograd.capture.program.program import Program
from autograd.capture.tape.tape import Tape
from autograd.capture.traced import of

ROOT = Path(__file__).parents[3]
Array = np.ndarray[Any, Any]
F8, F4, I8, U1, C16 = np.float64, np.float32, np.int64, np.bool_, np.complex128


def recorded(f: Callable[..., Any], arrays: list[Array]) -> Program:
    """The program of a function of arrays."""
    tape = Tape()
    views = [tape.enter(x) for x in arrays]
    with np.errstate(all="ignore"):
        y = f(*[of(tape, x, view) for x, view in zip(arrays, views, strict=True)])
    return Program(tape, views, [part.where for part in (y if isinstance(y, tuple) else (y,))])


def some(seed: int, shape: tuple[int, ...], dtype: Any) -> Array:
    """Numbers among which are all that are special."""
    rng = np.random.default_rng(seed)
    if dtype is U1:
        return rng.random(shape) < 0.5
    if np.issubdtype(dtype, np.integer):
        low = -9 if np.issubdtype(dtype, np.signedinteger) else 0
        return rng.integers(low, 9, shape).astype(dtype)
    if dtype is C16:
        real, imaginary = [some(seed + k, shape, F8) for k in (100, 200)]
        y = np.empty(shape, C16)
        y.real, y.imag = real, imaginary
        return y
    x = rng.normal(size=shape) * 2.0
    special = rng.choice([0.0, -0.0, 1.0, -1.0, 2.0, 0.5, np.inf, -np.inf, np.nan], shape)
    return np.where(rng.random(shape) < 0.3, special, x).astype(dtype)


def layouts(seed: int, dtype: Any, count: int) -> Iterator[list[Array]]:
    """Operands in all the ways that arrays lie in memory, and are broadcast."""

    def x(k: int, *shape: int) -> Array:
        return some(seed * 10 + k, shape, dtype)

    every = range(count)
    yield [x(k) for k in every]
    yield [x(k, 5) for k in every]
    yield [x(k, 40) for k in every]
    yield [x(k, *((4,), ())[k % 2]) for k in every]
    yield [x(k, *((), (6,))[k % 2]) for k in every]
    yield [x(k, 9)[::-2] for k in every]
    yield [x(k, 3, 4).T if k == 0 else x(k, 4, 3) for k in every]
    yield [x(k, *((2, 1, 3, 4), (3, 1, 1), (4,))[k % 3]) for k in every]
    yield [x(k, 2, 3, 4, 3)[:, ::2, ::-1, :2].transpose(2, 0, 3, 1) for k in every]
    yield [np.broadcast_to(x(k, 3, 1), (3, 4)) for k in every]


def check(
    f: Callable[..., Any], arrays: list[Array], others: list[Array], exact: bool = False, alone: bool = True,
    signed: bool = True, loose: bool = False,
) -> None:  # fmt: skip
    """Both machines agree on numbers that were not those of the recording.

    ``alone``   the loop does all of it
    ``loose``   rounding is that of matrices, not of numbers
    ``signed``  0 and -0 are told apart; not where NumPy itself takes the one or the other, as loops come
    """
    program = recorded(f, arrays)
    native, plain = NativeMachine(program), NumPyMachine(program)
    if alone:
        assert not native.left(), f"{native.left()} is not in the loop: {program}"
    with np.errstate(all="ignore"):
        for given in (others, arrays):
            for got, want in zip(native.run(given), plain.run(given), strict=True):
                assert got.shape == want.shape and got.dtype == want.dtype
                if exact or want.dtype.kind not in "fc":
                    np.testing.assert_array_equal(got, want)
                else:
                    rounding = (5000 if loose else 50) * np.finfo(want.dtype).eps
                    np.testing.assert_allclose(got, want, rtol=rounding, atol=rounding)
                if want.dtype.kind == "f" and signed and not loose:
                    small = np.isfinite(want)
                    assert np.array_equal(np.signbit(got[small]), np.signbit(want[small])), (got, want)


def everywhere(f: Callable[..., Any], dtype: Any, count: int, **how: bool) -> None:
    for arrays, others in zip(layouts(1, dtype, count), layouts(2, dtype, count), strict=True):
        check(f, arrays, others, **how)
