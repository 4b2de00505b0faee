"""Small programs, each told as what can be seen of it: run eagerly and captured, they tell the same.

Convention: a world is a generator function of ``captured``, which it applies to its functions; it yields what a user
could look at after each call.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value
from autograd.capture import capture
from autograd.capture.traced import is_foreign

World = Callable[[Any], Iterator[Any]]
X = np.array([0.5, -1.25, 2.0])


def told(x: Any) -> Any:
    """All that can be told of a thing: its type, and for arrays their dtype, shape and numbers bit by bit."""
    if isinstance(x, Tensor):
        return "Tensor", told(x.detach().data), told(x.grad) if x.requires_grad and x.is_leaf else None
    if isinstance(x, Value):
        return "Value", told(x.data), told(x.grad)
    if is_foreign(x):
        return type(x).__name__, getattr(x, "device", ""), told(np.asarray(x.tolist(), x.dtype))
    if isinstance(x, np.ndarray):
        return "array", x.dtype.str, x.shape, x.tobytes()
    if isinstance(x, np.generic):
        return type(x).__name__, x.dtype.str, x.tobytes()
    if isinstance(x, float):
        return "float", x.hex() if x == x else "nan"
    if isinstance(x, list | tuple | deque):
        return type(x).__name__, [told(part) for part in x]
    if isinstance(x, dict):
        return type(x).__name__, [(told(key), told(part)) for key, part in x.items()]
    if dataclasses.is_dataclass(x):
        return type(x).__name__, told(vars(x))
    return type(x).__name__, repr(x)


def events(world: World, captured: Any) -> list[Any]:
    """What is seen of a world, told at once; an error is what it is and says."""
    seen = []
    steps = iter(world(captured))
    while True:
        try:
            seen.append(told(next(steps)))
        except StopIteration:
            return seen


def outcome(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What a call gives: its result, or the error that it raises."""
    try:
        return f(*args, **kwargs)
    except Exception as error:
        return type(error).__name__, str(error)


class Told:
    """Captures functions, and keeps them: how many programs they have, and what was warned of."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.made: list[Any] = []
        self.warned: list[str] = []

    def __call__(self, f: Any) -> Any:
        self.made.append(capture(f, **self.options))
        return self.made[-1]

    def events(self, world: World) -> list[Any]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            seen = events(world, self)
        self.warned = [str(w.message) for w in caught if "runs eagerly" in str(w.message)]
        return seen

    @property
    def programs(self) -> int:
        return sum(f.count for f in self.made)


def eager(f: Any) -> Any:
    return f


class Table(dict[str, tuple[World, int, bool]]):
    """Worlds by their names."""

    def row(self, programs: int, warns: bool = False) -> Callable[[World], World]:
        """A world, how many programs its functions have in the end, and whether it is warned that one runs eagerly."""

        def note(world: World) -> World:
            self[world.__name__] = world, programs, warns
            return world

        return note


def laws(table: Table) -> tuple[Any, Any, Any]:
    """The tests of a table: its worlds tell the same captured as they do eagerly."""

    @pytest.mark.parametrize("name", table)
    def equals(name: str) -> None:
        world, programs, warns = table[name]
        captured = Told()
        expected = events(world, eager)
        assert captured.events(world) == expected
        assert (captured.programs, len(captured.warned) > 0) == (programs, warns), captured.warned

    @pytest.mark.parametrize("name", table)
    def checked(name: str) -> None:
        assert Told(check=True).events(table[name][0]) == events(table[name][0], eager)

    @pytest.mark.parametrize("name", table)
    def limited(name: str) -> None:
        assert Told(limit=1).events(table[name][0]) == events(table[name][0], eager)

    return equals, checked, limited
