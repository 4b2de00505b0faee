"""What a captured function says where it runs eagerly: what differs, its line, what to write instead."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, capture, value_and_grad

from ...foreign import Foreign
from .worlds import X

pytestmark = pytest.mark.usefixtures("without_numba")

scale: Any = 1.0


def said(f: Callable[..., Any], calls: list[tuple[Any, ...]], limit: int = 4) -> str:
    """The only warning of these calls of the captured function, which returns the same as f."""
    g = capture(f, limit=limit)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for args in calls:
            g(*args)
    assert all(w.filename == __file__ for w in caught)
    (text,) = [str(w.message) for w in caught]
    return text


def line_of(f: Callable[..., Any], more: int) -> str:
    return f"test_advice.py:{f.__code__.co_firstlineno + more})"


def truncated(x: Any) -> Any:
    return x * float(x.sum())


def masked(x: Any) -> Any:
    return x[x > 0].sum()


def halved(x: Any) -> Any:
    while x.sum() > 1:
        x = x / 2
    return x


def repeated(x: Any) -> Any:
    return sum(x * k for k in range(np.argmin(x)))


DECISIONS = {"counts to": repeated, "x.item()": truncated, "np.where(mask, x, 0)": masked, "the body of a loop": halved}


@pytest.mark.parametrize("advice", DECISIONS)
@pytest.mark.parametrize("limit", [1, 4])
def test_of_decisions_it_tells_the_line(advice: str, limit: int) -> None:
    f = DECISIONS[advice]
    calls = [(np.r_[np.full(k, 2.0**k), -np.ones(8 - k) / 4],) for k in range(8)]
    text = said(f, calls, limit)
    assert advice in text
    assert line_of(f, 1) in text


def test_of_derivatives_it_tells_the_line_too() -> None:
    text = said(value_and_grad(lambda x: masked(x)), [(np.r_[np.ones(k), -np.ones(8 - k)],) for k in range(8)])
    assert line_of(masked, 1) in text


# fmt: off
ARGUMENTS = [
    (lambda x, mode: x, [(X, "abcdefgh"[k]) for k in range(8)], "Its argument mode was 'd', and is 'e' now"),
    (lambda x: x, [(np.ones(k),) for k in range(8)], "x was ndarray of shape (3,), float64, and is ndarray of"),
    (lambda p: p["w"], [({"w": X, "parts": [X] * k},) for k in range(8)], "p['parts'] was list of 3, and is list of 4"),
    (lambda f, x: f(x), [(lambda x, k=k: x + k, X) for k in range(8)], "make it once, outside"),
    (lambda *xs: xs[0], [(X,) * (9 - k) for k in range(8)], "Its argument xs was tuple of 6, and is tuple of 5 now"),
]
# fmt: on


@pytest.mark.parametrize(("f", "calls", "text"), ARGUMENTS)
def test_of_arguments_it_names_the_one_that_differs(f: Any, calls: list[tuple[Any, ...]], text: str) -> None:
    assert text in said(f, calls)


def test_of_what_is_read_from_outside_it_names_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    g = capture(lambda x: x if scale else -x, limit=3)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for text in "abcdef":
            monkeypatch.setitem(globals(), "scale", text)
            g(X)
    assert ["outside is something else in each call: scale. Pass it" in str(w.message) for w in caught] == [True]


def test_it_names_the_list_that_grows() -> None:
    history: list[Any] = []

    def step(x: Any) -> Any:
        history.append(x.sum())
        return x

    assert "adds to the list history" in said(step, [(X,)] * 6)
    assert len(history) == 6


def test_where_a_graph_goes_on_it_says_what_to_capture() -> None:
    w = Tensor(X, requires_grad=True)
    assert "capture the function that calls backward()" in said(np.sum, [(w * 2,)] * 3)
    assert "capture the function that calls backward()" in said(lambda x: x * x, [(Value(1.0) * 2,)] * 3)


def test_without_a_program_it_says_why() -> None:
    history: list[Any] = []
    f = capture(lambda x: history.append(x.sum()))
    with pytest.raises(RuntimeError, match="call the captured function first"):
        f.program  # noqa: B018
    f(X)
    with pytest.raises(RuntimeError, match="could not be recorded: it adds to the list history"):
        f.program  # noqa: B018


@pytest.mark.parametrize("limit", [1, 4])
def test_of_shapes_that_numbers_decide_it_says_so(limit: int) -> None:
    calls = [(np.arange(12.0) % k,) for k in range(1, 9)]
    assert "has another shape or dtype in each call" in said(lambda x: np.unique(x) * 2, calls, limit)


def test_of_arrays_of_another_library_it_tells_the_shape() -> None:
    calls = [(Foreign(np.ones(k)),) for k in range(1, 9)]
    assert "was Foreign of shape (4,), float64, and is Foreign of shape (5,), float64 now" in said(np.sin, calls)
    texts = said(lambda x: x[x > 3], [(Foreign(np.arange(k, k + 4.0)),) for k in (0, 1, 2, 3, 4)], 2)
    assert "np.where(mask, x, 0)" in texts
