"""Arrays that a program writes to: they must share no memory with others that it uses."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..tape import overlapping, owner

__all__ = ["Apart"]


class Apart:
    """May a program write to the user's arrays? They must be writeable, and share no memory with what it reads.

    It is asked at each call; what was found out about an array is found out again once another one takes its place.

    ``buffers``  by input: the number of its buffer, the same for two that may share memory
    ``written``  the numbers of those that are written to
    ``others``   arrays that the program reads besides, with the numbers of theirs
    """

    def __init__(self, buffers: Sequence[int], written: set[int], others: Sequence[tuple[Any, int]]) -> None:
        self.buffers, self.written, self.others = buffers, written, others
        self.seen: list[Callable[[], Any]] = [nothing] * len(buffers)
        self.roots: set[int] = set()  # the ids of the arrays that own the memory that is written to
        self.targets = [k for k, n in enumerate(buffers) if n in written]

    def __call__(self, inputs: Sequence[Any]) -> bool:
        for k in self.targets:
            if isinstance(inputs[k], np.ndarray) and not inputs[k].flags.writeable:
                return False
        new = [k for k, x in enumerate(inputs) if x.__class__ is np.ndarray and self.seen[k]() is not x]
        if not new:
            return True
        known = self.roots and not any(self.buffers[k] in self.written for k in new)
        if not (known and all(self._elsewhere(inputs[k]) for k in new)) and not self._all_apart(inputs):
            return False
        for k in new:
            self.seen[k] = weakref.ref(inputs[k])
        return True

    def _elsewhere(self, array: Any) -> bool:
        """Is an array's memory certainly none of that which is written to?"""
        root = owner(array)
        return root.__class__ is np.ndarray and root.flags.owndata and id(root) not in self.roots

    def _all_apart(self, inputs: Sequence[Any]) -> bool:
        """Look at all arrays beside each other."""
        self.roots = set()
        arrays = [(x, n) for x, n in zip(inputs, self.buffers, strict=True) if isinstance(x, np.ndarray)]
        arrays += self.others
        roots: dict[int, int] = {}  # by the array whose memory it is: the buffer
        foreign: list[tuple[Any, int]] = []  # memory of which it cannot be told whose it is
        for array, n in arrays:
            root = owner(array)
            if root.__class__ is not np.ndarray or not root.flags.owndata:
                foreign.append((array, n))
            elif roots.setdefault(id(root), n) != n:
                return not overlapping(arrays, self.written)
        own = [array for array, n in arrays if n in self.written]
        if any(np.may_share_memory(a, b) for a, n in foreign for b in own if n not in self.written):
            return not overlapping(arrays, self.written)
        if not any(n in self.written for _, n in foreign):
            self.roots = {root for root, n in roots.items() if n in self.written}
        return True


def nothing() -> None:
    """A reference to no array."""
