"""The walk over arguments: what is traced in nests of lists, tuples, dicts and slices, and what stands for it."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..tape import Tape, how_many, mapped
from .kinds import PLAIN, Bare, Late

__all__ = ["counted", "found", "listed", "masks", "noted", "numbers", "placed"]

ndarray = np.ndarray


def numbers(x: Any) -> Any:
    """Arguments with ordinary arrays and numbers in place of traced ones."""
    kind = type(x)
    if kind in PLAIN or kind is ndarray:
        return x
    if isinstance(x, Bare):
        return x.own
    return mapped(numbers, x)


def noted(tape: Tape, x: Any) -> Any:
    """Arguments with views in place of arrays, as instructions have them."""
    if type(x) in PLAIN:
        return x
    if isinstance(x, Bare):
        return x.where
    if isinstance(x, ndarray):
        return tape.view(x)
    return mapped(lambda part: noted(tape, part), x)


def found(x: Any, kind: type = Bare) -> Iterator[Any]:
    """What is traced in arguments, or what is of another kind."""
    if isinstance(x, kind):
        yield x
    elif isinstance(x, list | tuple | dict):
        for part in x.values() if isinstance(x, dict) else x:
            yield from found(part, kind)


def listed(x: Any) -> Any:
    """A list with traced arrays in it as a traced array, as NumPy makes an array of lists."""
    if isinstance(x, list | tuple) and any(found(x)):
        parts: list[Any] = [part if isinstance(part, Bare) else listed(part) for part in x]
        return np.stack(parts)
    return x


# ---------------------------------------------------------------- keys


def placed(key: Any) -> Any:
    """A key in which the ends of slices, and numbers of Python's, are decided."""
    if key.__class__ is slice:
        return slice(_end(key.start), _end(key.stop), _end(key.step))
    if key.__class__ is tuple:
        return tuple(map(placed, key))
    return operator.index(key) if type(key) is Late.Number else key


def _end(k: Any) -> Any:
    traced: Any = k
    return operator.index(traced) if isinstance(k, Bare) else k


def masks(key: Any) -> Iterator[Any]:
    """The traced masks of booleans in a key: how many of them are true is the shape of the result."""
    return (x for x in found(key) if x.array.dtype.kind == "b")


def counted(x: Any) -> None:
    """How many elements are not 0 is decided."""
    array = np.asarray(np.count_nonzero(x.array))
    view = x.tape.fresh(array)
    x.tape.note(np.count_nonzero, "", (x.where,), {}, (view,), "fresh")
    x.tape.decide(array, view, how_many)
