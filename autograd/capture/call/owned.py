"""Arrays of tensors, and their gradients, that a program writes to where they are: nobody else refers to them.

Convention: whoever holds an array, or a view of it, adds to its references. Then it stays theirs, as it is, and the
tensor gets a copy. Whatever was found out about an array is asked again once another one stands in its place.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from operator import is_
from typing import Any

import numpy as np

from ...core import references
from ...tensor.tensor import OWN
from ...typing import NDArray
from ..outside import Gradient, Numbers, Place, Straight
from ..traced import is_foreign

__all__ = ["Owned", "written_back"]


class Owned:
    """The arrays in these places, each of which is its tensor's alone."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = places
        code = Straight()
        code.add(f"return [{', '.join([place.read(code) for place in places])}]")
        self.read: Callable[[], list[Any]] = code.function()
        self.seen: list[Callable[[], Any]] = [nothing] * len(places)
        self.usual = [USUAL] * len(places)

    def __call__(self) -> list[Any]:
        """Raises a ``TypeError`` where no ordinary array is."""
        arrays = self.read()
        if list(map(references, arrays)) == self.usual and all(map(is_, arrays, [ref() for ref in self.seen])):
            return arrays
        del arrays
        arrays = [own_array(place) for place in self.places]
        self.seen = list(map(weakref.ref, arrays))
        return arrays


def nothing() -> None:
    """A reference to no array."""


def own_array(place: Place) -> NDArray[Any]:
    """The array in a place, or a copy that takes its place if somebody else may see it change."""
    gradient = isinstance(place, Gradient)
    holder, name = (place.holder.node.notes, "grad") if gradient else (place.holder, "_array")
    array = getattr(holder, name)
    if array.__class__ is not np.ndarray:
        raise TypeError(f"{place.name} holds no ordinary array")
    if references(array) > OWN or array.base is not None or array.flags.writeable == gradient:
        array = array.copy("K")
        array.flags.writeable = not gradient
        setattr(holder, name, array)
    return array


def written_back(array: NDArray[Any], numbers: NDArray[Any]) -> None:
    """Put numbers back into an array, which may be a gradient."""
    if is_foreign(array):
        array[...] = numbers
        return
    writeable = array.flags.writeable
    array.flags.writeable = True
    array[...] = numbers
    array.flags.writeable = writeable


def _usual() -> int:
    """How many references there are to an array of a place in a list that was read of it."""
    place = Numbers(type("Holder", (), {})(), "array", "")
    place.holder.array = np.zeros(1)
    arrays = [place.holder.array]
    return next(map(references, arrays))


USUAL = _usual()
