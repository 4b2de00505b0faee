"""Is all outside as it was? Asked at each call, of hundreds of places: by a function that is written for them.

Convention: ``True`` is certain. Where other objects stand that may be equal, the answer is ``False``.
"""

from __future__ import annotations

import weakref
from collections import defaultdict
from collections.abc import Callable, Sequence
from operator import attrgetter, is_
from typing import Any

import numpy as np

from ..traced import form_of as foreign_form
from ..traced import is_foreign
from .places import Contents, Item, Numbers, Place
from .straight import MANY, Straight

__all__ = ["SIMPLE", "form_of", "same", "unchanged"]

SIMPLE = (int, float, str, bytes, tuple, frozenset)
MISSED = (AttributeError, LookupError, ValueError)  # what reading a place raises where nothing is
LAYOUT = ("shape", "dtype", "strides")
layout = attrgetter(*LAYOUT)


def form_of(x: Any) -> Any:
    """What two arrays have in common that the same program can compute with."""
    if x.__class__ is np.ndarray:
        return layout(x)
    return foreign_form(x) if is_foreign(x) else x.__class__


def unchanged(
    fixed: Sequence[tuple[Place, Any]],
    containers: Sequence[tuple[Any, int]],
    arrays: Sequence[tuple[Place, Any]],
    numbers: Sequence[tuple[Place, type]],
) -> Callable[[], bool]:
    """Does the same stand in all places?

    ``fixed``       places, and what stands there: the same objects, or numbers and texts equal to them
    ``containers``  dicts and lists with their sizes
    ``arrays``      places with the forms of the arrays there
    ``numbers``     places with the types of the numbers there
    """
    code = Straight()
    for container, size in containers:
        code.add(f"if len({code.name(container)}) != {size}: return False")
    lists: dict[int, dict[Any, Any]] = defaultdict(dict)  # by list: what stands where
    for place, then in fixed:
        if isinstance(place, Item) and place.holder.__class__ is list:
            lists[id(place.holder)][place.at] = present(place, then)
    for place, then in fixed:
        items = lists.get(id(place.holder), ())
        if len(items) >= MANY and len(items) == len(place.holder):
            if place.at == 0:
                expected = [items[k] for k in range(len(items))]
                whole = f"map({code.name(is_)}, {code.name(place.holder)}, {code.name(expected)})"
                code.add(f"if not all({whole}): return False")
            continue
        if isinstance(place, Contents):
            code.add(f"if not {code.name(same)}({place.read(code)}, {code.name(then)}): return False")
        else:
            code.add(f"if {place.read(code)} is not {code.name(present(place, then))}: return False")
    groups: dict[Any, list[Any]] = defaultdict(list)  # by attribute and kind: the holders
    for place, kind in numbers:
        if place.__class__ is Numbers:
            groups[place.at, kind].append(place.holder)
    for (at, kind), holders in groups.items():
        if len(holders) >= MANY:
            now = f"map({code.name(attrgetter(at))}, {code.name(holders)})"
            code.add(f"if set(map(type, {now})) != {code.name({kind})}: return False")
    for place, kind in numbers:
        if place.__class__ is Numbers and len(groups[place.at, kind]) >= MANY:
            continue
        code.add(f"if {place.read(code)}.__class__ is not {code.name(kind)}: return False")
    own = [(place, form) for place, form in arrays if isinstance(place, Numbers)]
    for place, form in arrays:
        if isinstance(place, Numbers):
            continue
        if len(form) == len(LAYOUT):
            shape, dtype, strides = form
            ordinary = f"(a := {place.read(code)}).__class__ is {code.name(np.ndarray)}"
            same_layout = f"a.shape == {shape} and a.strides == {strides} and a.dtype == {code.name(dtype)}"
            code.add(f"if not ({ordinary} and {same_layout}): return False")
        else:
            code.add(f"if {code.name(form_of)}({place.read(code)}) != {code.name(form)}: return False")
    if own:
        forms = Forms([form for _, form in own])
        code.add(f"if not {code.name(forms)}([{', '.join([place.read(code) for place, _ in own])}]): return False")
    code.add("return True")
    straight = code.function()

    def asked() -> bool:
        try:
            return straight()
        except MISSED:
            return False

    return asked


def present(place: Place, then: Any) -> Any:
    """What stands in a place, if it is the same thing or equal; else what stood there then."""
    now = place.get()
    return now if same(now, then) else then


class Forms:
    """Do tensors have the arrays that they had, which nobody reshapes, or others of their forms?"""

    def __init__(self, forms: list[Any]) -> None:
        self.forms = forms
        self.seen: list[Any] = [nothing] * len(forms)  # references to arrays of these forms

    def __call__(self, arrays: list[Any]) -> bool:
        if all(map(is_, arrays, [reference() for reference in self.seen])):
            return True
        plain = all(x.__class__ is np.ndarray for x in arrays)
        if list(map(layout if plain else form_of, arrays)) != self.forms:
            return False
        self.seen = list(map(weakref.ref, arrays))
        return True


def nothing() -> None:
    """A reference to no array."""


def same(now: Any, then: Any) -> bool:
    """Is it the same thing, or an equal number, text or tuple of them?"""
    if now is then:
        return True
    kind = now.__class__
    if kind is not then.__class__:
        return False
    if isinstance(now, tuple):
        return len(now) == len(then) and all(map(same, now, then))
    return kind in SIMPLE and (now == then) is True and (kind is frozenset or repr(now) == repr(then))
