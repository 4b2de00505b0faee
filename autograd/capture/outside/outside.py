"""What a function can reach besides its arguments, and whether it is as it was.

Convention: what stands in fixed places is compared at each call; the arrays in others are read anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .hidden import Code
from .places import MISSING, Place
from .unchanged import form_of, same, unchanged
from .walk import NUMBER, Walk, all_numbers

__all__ = ["Outside"]

PATIENCE = 8  # so often the places are read anew by which a change is seen quickly


class Outside(Walk):
    """What was found from some roots on, as it was then."""

    def __init__(self, roots: Iterable[Any], moving: Any = frozenset()) -> None:
        super().__init__(roots, moving)
        fixed = {place.key for place, _ in self.fixed}
        self.read = [(p, form_of(p.get())) for p in self.arrays if p.key not in fixed]
        self.moving_numbers = [(p, p.get().__class__) for p in self.numbers]
        self.unchanged: Callable[[], bool] | None = None  # asked first, once it is made
        self.learned = 0

    def holds(self) -> bool:
        """Is all as it was, so that a program of this form may run?"""
        if self.unchanged is not None and self.unchanged():
            return True
        if self.changed() != []:
            return False
        if self.learned < PATIENCE:  # numbers that were the same may be other objects now
            self.learned += 1
            self.unchanged = unchanged(self.fixed, self.containers, self.read, self.moving_numbers)
        return True

    def changed(self) -> list[Place] | None:
        """The places where something else stands now; None where a container has more or fewer items.

        Of an array that is read anew, its shape and dtype count.
        """
        for container, size in self.containers:
            if len(container) != size:
                return None
        found = [place for place, value in self.fixed if not same(place.get(), value)]
        for place, form in self.read:
            if form_of(place.get()) != form:
                return None
        for place, kind in self.moving_numbers:
            if place.get().__class__ is not kind:
                return None
        return found

    def movable(self, place: Place) -> bool:
        """May what stands in a fixed place be read at each call instead: another number, another array of its form?"""
        then = next((value for other, value in self.fixed if other.key == place.key), MISSING)
        now = place.get()
        if now.__class__ is np.ndarray and then.__class__ is np.ndarray:
            return form_of(now) == form_of(then)
        kind = now.__class__
        if kind is tuple and then.__class__ is tuple:
            return all_numbers(now) and list(map(type, now)) == list(map(type, then))
        return kind is then.__class__ and (kind in NUMBER or isinstance(now, np.number))

    def told(self) -> Code:
        """What the code of the functions tells, of which methods count where something names them."""
        told = Code()
        told.raises, told.hides = self.raises, self.foreign
        waiting = [(f, names, Code(f, names)) for f, names in self.codes]
        if not any(code.hides or code.raises for *_, code in waiting):
            return told
        named: set[str] = set()
        while True:
            only_named = self.methods - self.called
            reached = [row for row in waiting if row[0].__name__ in named or id(row[0]) not in only_named]
            if not reached:
                return told
            waiting = [row for row in waiting if row not in reached]
            for _, names, code in reached:
                named |= names
                told.hides, told.raises = told.hides or code.hides, told.raises or code.raises
