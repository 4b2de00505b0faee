"""Python's numbers among arrays: they take the dtypes that they meet, and compute, compare and fail as Python's do."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import grad, hessian, jvp, value_and_grad
from autograd.capture import capture

from .recording import MACHINES, Captured, eager, hold

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
DTYPES = ["f2", "f4", "f8", "c8", "i4", "?"]

PROGRAMS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "arithmetic": lambda x, h, k: [x * h, h - x, x / h, h + 1 - k / 2, (h * 2 + k) * x, x + k, abs(-h) * x, h**2 * x],
    "comparisons": lambda x, h, k: [x > h, np.less(x, h), np.equal(h, x), x == k],
    "functions": lambda x, h, k: [np.where(x > 0, x, h), np.maximum(x, h), np.clip(x, -abs(h), abs(h)),
                                  np.full_like(x, h), np.power(x.astype("f4"), k), np.add(x, h, dtype="c16"),
                                  np.multiply.outer(x, h)],
    "writes": lambda x, h, k: [y := x.copy(), y.__setitem__(0, h), y.fill(h) or y + 0,
                               np.copyto(y, h, "unsafe") or y + 1][::2],
    "lists": lambda x, h, k: [np.stack([x, x * h]), x * np.asarray([1, 2, 3]), np.concatenate([x, x[:1] * k])],
    "of arrays": lambda x, h, k: [x * x.astype("f8").sum().item(), x[0].item() * np.ones(2, "f4"),
                                  x.max().item() * h],
    "division": lambda x, h, k: [h // 0.3 * x, h % 0.3 * x, x * (k // 2), x * (k % 3), divmod(h, 0.4)[1] * x],
    "decided": lambda x, h, k: [x * (2 if h > 0 else 3), x * math.floor(h), x * round(h, 1), x * int(h), f"{k}"],
}  # fmt: skip


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_numbers_are_as_weak_as_pythons(name: str, dtype: str, machine: str) -> None:
    captured = Captured(machine)
    for x, h, k in (([1.5, -2, 3], 0.75, 2), ([2, 0.5, -1], 1.25, 2), ([2, 5.5, -1], 1.5, 3), ([0, 1, 2], -0.5, 1)):
        array = np.array(x).astype(dtype)

        def f(enter: Any, array: Any = array, h: Any = h, k: Any = k) -> Any:
            made = PROGRAMS[name](enter(array), enter(h), enter(k))
            return [y for y in made if not isinstance(y, str | type(None))]

        try:
            expected, given = eager(f)
        except TypeError:  # what NumPy refuses, a program refuses
            with pytest.raises(TypeError):
                captured(f, [array, h])
            return
        hold(captured(f, given), expected)
    assert not captured.paths[0].tape.reason


@pytest.mark.parametrize(
    "f",
    [
        lambda x: 10.0**x,
        lambda x: x**0.5,
        lambda x: 0.0**x,
        lambda x: 1 / x,
        lambda x: x // 0.25 + x % 0.75,
        lambda x: math.copysign(1.0, x),
        lambda x: math.sin(x) if x < 1 else x,
        lambda x: [x, -x, abs(x), +x, x == x, x != x],
        lambda x: float(np.float64(x)) * 2,
        lambda x: caught(lambda: x**200.5),
        lambda x: caught(lambda: int(x) * x),
        lambda x: value_and_grad(lambda a: np.sum(np.ones(2) * a))(x),
        lambda x: [
            grad(np.sin)(x) * np.ones(2, "f4"),
            *jvp(np.multiply, (x, 2.0), (1.0, x)),
            hessian(lambda a: a * a)(x),
        ],
    ],
)
@pytest.mark.parametrize("start", [0.5, -0.0, 2.0])
def test_they_compute_and_fail_as_pythons(f: Any, start: float) -> None:
    """Recorded anywhere, a function of a number does what it does on every other one."""
    g = capture(f)
    for x in (start, 0.25, 0.0, -0.0, -1.5, 3.0, 400.0, math.inf, -math.inf, math.nan, 1e-320, start):
        assert told(g, x) == told(f, x), x


def caught(f: Callable[[], Any]) -> Any:
    try:
        return f()
    except (ArithmeticError, ValueError):
        return 7.0


def told(f: Any, x: Any) -> str:
    try:
        return repr(f(x))
    except (ArithmeticError, ValueError) as error:
        return type(error).__name__


def test_a_guard_on_a_float_sees_its_sign_and_nan() -> None:
    f = capture(lambda x: np.copysign(x[:1], float(x[1])))
    for second in (0.0, -0.0, math.nan, -0.0, 0.0, math.nan):
        x = np.array([2.0, second])
        np.testing.assert_array_equal(f(x), np.copysign(x[:1], float(x[1])))
    assert f.count == 3
