"""NumPy's inner loops, called by compiled code: all of them give what NumPy gives, bit by bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd.capture.blocks.blocks import Blocks, Call

pytest.importorskip("numba")

from autograd.capture.native import inner, loops

SIZE = 5 * loops.BLOCK + 3
UFUNCS = sorted(
    {f for f in vars(np).values() if isinstance(f, np.ufunc) and f.nout == 1 and f.signature is None},
    key=lambda f: f.__name__,
)


def operand(char: str, number: int) -> Any:
    x = np.random.default_rng(number).normal(size=SIZE) * 2
    x[[3, 5, 7, 9]] = np.nan, np.inf, -0.0, -np.inf
    return x > 0 if char == "?" else x.astype(char)


def called(ufunc: Any, total: bool, arguments: list[Any], numbers: int) -> Any:
    """The blocks of one call, whose operands after the first may be numbers; the last argument is the result."""
    rows = len(arguments) - numbers - total
    order = [*range(len(arguments))]
    if not total:  # rows come first, so the result before numbers
        arguments = [*arguments[: rows - 1], arguments[-1], *arguments[rows - 1 : -1]]
        order = [*range(rows - 1), *range(rows, len(arguments)), rows - 1]
    blocks = Blocks([ufunc.__name__], [Call(ufunc, total, tuple(order))], (rows, numbers, int(total)), SIZE, [])
    bound = loops.bound(blocks, arguments)
    assert bound is not None
    bound()
    return arguments[rows - 1] if not total else arguments[-1]


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda f: f.__name__)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_loops_give_what_numpy_gives(ufunc: Any) -> None:
    for types in dict.fromkeys(ufunc.types):
        given, result = types.split("->")
        if not set(given + result) <= set(inner.SAFE) or (ufunc is np.power and given[0] in inner.WHOLE):
            assert inner.loop(ufunc, given + result) is None
            continue
        operands = [operand(char, k) for k, char in enumerate(given)]
        for numbers in range(len(given)):
            own = [x if k < len(given) - numbers else x[11, ...] for k, x in enumerate(operands)]
            found = called(ufunc, False, [*own, np.empty(SIZE, result)], numbers)
            np.testing.assert_array_equal(found.view(np.uint8), ufunc(*own).view(np.uint8), f"{types}, {numbers}")


@pytest.mark.parametrize("ufunc", list(loops.NEUTRAL), ids=lambda f: f.__name__)
@pytest.mark.parametrize("char", "fd")
def test_totals_are_numpys(ufunc: Any, char: str) -> None:
    x = operand(char, 0)
    for part in (x, np.abs(np.nan_to_num(x, posinf=1, neginf=1)), -np.zeros_like(x)):
        found = called(ufunc, True, [part, np.empty((), char)], 0)
        np.testing.assert_allclose(found, ufunc.reduce(part), 1e-6 if char == "f" else 1e-14)
        assert np.signbit(found) == np.signbit(ufunc.reduce(part)) or np.isnan(found)


def test_what_numpy_must_cast_is_left_to_it() -> None:
    x, y = operand("f", 0), operand("d", 1)
    blocks = Blocks(["add"], [Call(np.add, False, (0, 1, 2))], (3, 0, 0), SIZE, [])
    assert loops.bound(blocks, [x, y, np.empty(SIZE)]) is None
    for char in "gO":  # types that it does not know
        x = np.ones(SIZE, char)
        assert loops.bound(blocks, [x, x, x]) is None
