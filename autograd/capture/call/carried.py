"""What is carried into a program at each call, and out of it: written line by line for the places of one path.

Convention: ``leaves`` and ``containers`` are the call's; ``found`` are the results of a run, in the machine's memory,
which are copied.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np

from ...core import at_once, each, recording
from ...tensor import Tensor
from ...typing import NDArray
from ..outside import MANY, Gradient, Numbers, Place, Static, Straight, attribute, key
from ..record import MADE, Effect, Source, items, made

__all__ = ["given", "left"]

SMALL = 1 << 12  # bytes: so few are copied faster than it is found out whether the array that is there is free


def given(sources: Sequence[Source], read: Container[int]) -> Callable[[Any, Any], list[Any]]:
    """A function of a call's leaves and containers: what the inputs of a program are now; None of those not read."""
    code = Straight("leaves", "containers")
    groups: dict[str, list[int]] = defaultdict(list)  # of numbers outside, by their attribute
    for k, source in enumerate(sources):
        if k in read and static(source) and source.at.__class__ is Numbers:
            groups[source.at.at].append(k)
    parts, order = ["None"], [0] * len(sources)
    end = 1
    for name, numbers in groups.items():
        if len(numbers) >= MANY:
            holders = [sources[k].at.holder for k in numbers]
            parts.append(f"*map({code.name(attrgetter(name))}, {code.name(holders)})")
            for k in numbers:
                order[k], end = end, end + 1
    for k, source in enumerate(sources):
        if k in read and not order[k]:
            parts.append(where(source, code))
            order[k], end = end, end + 1
    if len(order) < MANY:
        parts = [where(source, code) if k in read else "None" for k, source in enumerate(sources)]
        code.add(f"return [{', '.join(parts)}]")
    else:
        code.add(f"return list({code.name(itemgetter(*order))}([{', '.join(parts)}]))")
    return code.function()


def static(source: Source) -> bool:
    """Is it the same place at each call?"""
    return source.leaf < 0 and source.container < 0


def where(source: Source, code: Straight) -> str:
    """What stands in the place of a source, as an expression."""
    if source.container >= 0:
        return f"{code.name(items)}(containers[{source.container}])[{key(code, source.at)}]"
    if source.leaf < 0:
        return source.at.read(code)
    holder = f"leaves[{source.leaf}]"
    return attribute(holder, source.at) if source.at else holder


def left(effects: Sequence[Effect], homes: Mapping[int, int], first: int) -> Callable[[Any, Any, Any], None]:
    """A function of a call, of what was found, and of the inputs that the machine has changed in their places.

    It does the effects, of which the first one's numbers are ``found[first]``.
    """
    code = Straight("call", "found", "standing")
    lines = []
    many = together(effects, homes, first, code)
    for k, effect in enumerate(effects):
        if k in many:
            first += 1
            continue
        line = _line(effect, code, first)
        first += effect.view is not None
        if k not in homes:
            code.add(line)
        else:
            place = effect.source.at
            done = f"{code.name(moved)}({code.name(place.holder)})" if isinstance(place.holder, Tensor) else "pass"
            lines.append((f"{homes[k]} not in standing", line, "pass" if isinstance(place, Gradient) else done))
    if lines:
        code.add(f"if standing >= {code.name(frozenset(homes.values()))}:")
        for _, _, done in lines:
            code.add(f"    {done}")
        code.add("else:")
        for absent, line, done in lines:
            code.add(f"    if {absent}: {line}")
            code.add(f"    else: {done}")
    return code.function()


def together(effects: Sequence[Effect], homes: Container[int], first: int, code: Straight) -> set[int]:
    """The numbers of the effects that leave a number in an attribute, as very many do: they are done by few lines."""
    groups: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for k, effect in enumerate(effects):
        place = effect.source.at
        if effect.kind == "number" and k not in homes and static(effect.source) and place.__class__ is Numbers:
            groups[place.at].append((k, first))
        first += effect.view is not None
    many: set[int] = set()
    for name, pairs in groups.items():
        if len(pairs) >= MANY:
            numbers, places = zip(*pairs, strict=True)
            many.update(numbers)
            holders = [effects[k].source.at.holder for k in numbers]
            code.add(f"{code.name(put)}({code.name(holders)}, {name!r}, {code.name(itemgetter(*places))}(found))")
    return many


def put(holders: Sequence[Any], name: str, arrays: Sequence[NDArray[Any]]) -> None:
    """Give each holder a number as an attribute."""
    at_once(each(holders, name, [x.item() for x in arrays]))


def _line(effect: Effect, code: Straight, n: int) -> str:
    """What an effect does, with the number of what was found for it, as a line."""
    source, kind = effect.source, effect.kind
    if not static(source):
        place = f"{code.name(source)}.place(call)"
        return (
            f"{code.name(take_place)}({code.name(effect)}, {'None' if effect.view is None else f'found[{n}]'}, {place})"
        )
    place = source.at
    if kind in ("foreign", "foreign in place"):
        return f"{code.name(leave_foreign)}({code.name(effect)}, found[{n}], {code.name(place)})"
    if effect.view is None:
        return place.written(code, code.name(effect.value) + ".copy()" * isinstance(effect.value, np.ndarray))
    if isinstance(place, Gradient):
        return f"{code.name(leave_gradient)}({code.name(place.holder)}, found[{n}])"
    if isinstance(place.holder, Tensor):
        small = effect.view.size * effect.view.dtype.itemsize <= SMALL and effect.view[2:5] == source.view[2:5]
        return f"{code.name(renew if small else update)}({code.name(place.holder)}, found[{n}])"
    if kind == "in place":
        return f"{code.name(take_place)}({code.name(effect)}, found[{n}], {code.name(place)})"
    return place.written(code, made(code, kind, f"found[{n}]"))


def moved(leaf: Tensor) -> None:
    """The numbers of a leaf have changed, in its array."""
    if recording.effects is not None:
        recording.effects.writes(leaf)
    if leaf.node is not None:
        leaf.node.annotate().moved = True
    leaf._family = None


def renew(leaf: Tensor, array: NDArray[Any]) -> None:
    """Give a leaf these numbers, in an array of its own."""
    moved(leaf)
    leaf._array = array.copy()


def update(leaf: Tensor, array: NDArray[Any]) -> None:
    """Give a leaf these numbers, in the array that it has if nobody else refers to it."""
    leaf.update_(functools.partial(np.copyto, src=array))


def leave_gradient(leaf: Tensor, array: NDArray[Any]) -> None:
    """Leave a gradient with a tensor: read-only, as a sweep does."""
    gradient = array.copy("K")
    gradient.setflags(False)  # type: ignore[call-arg]  # by name it takes three times as long
    node = leaf.node
    (node.notes or node.annotate()).grad = gradient  # type: ignore[union-attr]


def leave_foreign(effect: Effect, array: Any, place: Place) -> None:
    """Leave an array of another library in a place; in place, its numbers have changed already."""
    if isinstance(place.holder, Tensor) and not isinstance(place, Gradient):
        moved(place.holder)
    if effect.kind == "foreign":
        place.put(array)


def take_place(effect: Effect, array: Any, place: Place) -> None:
    """Do what the function does to a place."""
    if effect.kind in ("foreign", "foreign in place"):
        leave_foreign(effect, array, place)
    elif array is None:
        value = effect.value
        place.put(value.copy() if isinstance(value, np.ndarray) else value)
    elif isinstance(place, Static):
        place.put(array)
    elif isinstance(place, Gradient):
        leave_gradient(place.holder, array)
    elif isinstance(place.holder, Tensor):
        update(place.holder, array)
    elif effect.kind != "in place":
        place.put(MADE[effect.kind](array))
    elif isinstance(now := place.get(), np.ndarray):
        np.copyto(now, array)
    else:
        place.put(array.item())
