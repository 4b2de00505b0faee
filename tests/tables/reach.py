"""Every array that a user can reach from some objects, and every way to write to one.

Convention: what can be reached is what stands in public attributes, in containers, behind ``base`` and ``obj``, and in
what copying and pickling give out. Names with an underscore, the garbage collector and raw addresses are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd import Tensor

REFUSED = (ValueError, TypeError, BufferError, RuntimeError, AttributeError)


def reach(*things: Any) -> Iterator[Any]:
    """The arrays and lists that can be reached from these things."""
    seen: dict[int, Any] = {}
    stack = list(things)
    while stack:
        thing = stack.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing  # held, so that no other has its id
        if isinstance(thing, np.ndarray | list):
            yield thing
        stack += parts(thing)


def parts(thing: Any) -> Iterable[Any]:
    """What can be reached from a thing in one step."""
    if isinstance(thing, np.ndarray):
        return [thing.base]
    if isinstance(thing, memoryview):
        return [thing.obj]
    if isinstance(thing, list | tuple):
        return thing
    if isinstance(thing, dict):
        return thing.values()
    if isinstance(thing, Tensor):
        # of tensors made anew the numbers alone, or there would be no end
        found = [value.data if isinstance(value, Tensor) else value for value in attributes(thing)]
        return [*found, thing.numpy(), memoryview(thing.data), *outside(thing)]
    ours = type(thing).__module__.partition(".")[0] in ("autograd", "nn")
    return attributes(thing) if (ours or isinstance(thing, SimpleNamespace)) and not callable(thing) else []


@cache
def fields(kind: type) -> list[str]:
    """The public attributes that all things of a type have, but for its methods and the names that it lacks."""
    public = [name for name in dir(kind) if not name.startswith("_") and hasattr(kind, name)]
    return [name for name in public if not callable(getattr(kind, name))]


def attributes(thing: Any) -> Iterator[Any]:
    for name in [*fields(type(thing)), *getattr(thing, "__dict__", ())]:
        if not name.startswith("_"):
            try:
                yield getattr(thing, name)
            except REFUSED:  # a gradient of what is not tracked
                continue


def outside(tensor: Tensor) -> Iterator[Any]:
    """What pickling and copying get to see of a tensor."""
    try:
        yield tensor.__reduce__()
    except REFUSED:  # a computed one
        return


def unlocked(array: Any) -> Any:
    array.setflags(write=True)
    return array


# each gives an array in the memory of another, or raises
WAYS: list[Callable[[Any], Any]] = [
    lambda a: a,
    lambda a: unlocked(a[...]),
    unlocked,
    np.from_dlpack,
    lambda a: unlocked(np.from_dlpack(a)),
    lambda a: np.frombuffer(memoryview(a), a.dtype),
    lambda a: unlocked(np.frombuffer(a, a.dtype)),
    lambda a: np.lib.stride_tricks.as_strided(a, writeable=True),
    lambda a: unlocked(np.asarray(SimpleNamespace(__array_interface__=a.__array_interface__))),
]


def spoil(thing: Any, undo: list[Callable[[], None]]) -> None:
    """Write other numbers to an array or list, if any way leads there; ``undo`` gets what brings it back."""
    if isinstance(thing, list):
        before = list(thing)
        undo.append(lambda: thing.__setitem__(slice(None), before))
        thing[:] = [0 if isinstance(part, int) else part for part in before[::-1]]
        return
    for way in WAYS:
        try:
            array = way(thing)
            saved = array.copy()
            array[...] = np.nan if array.dtype.kind in "fc" else ~array if array.dtype.kind == "b" else 0
            undo.append(partial(array.__setitem__, ..., saved))
            return
        except REFUSED:
            continue
