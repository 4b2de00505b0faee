"""Whole numbers among the arguments: options, such as an axis, or numbers that go on, such as that of the step.

Convention: an option has few values, and each makes a program. What has more is read at each call from then on.
"""

from __future__ import annotations

from typing import Any

from ..record import EVERY, Call

__all__ = ["Counters"]

OPTIONS = 2  # so many values an option may have


class Counters:
    """What is known of the whole numbers in the calls of one function, by their places among all of a call.

    ``moving``  places whose numbers are read at each call
    ``fixed``   places whose numbers no program can read, as a seed's
    ``seen``    by the form of calls without these numbers: the numbers of each program
    ``keys``    the keys of calls with whole numbers, for which there are programs
    """

    def __init__(self) -> None:
        self.moving: frozenset[int] = frozenset()
        self.fixed: frozenset[int] = frozenset()
        self.seen: dict[Any, list[tuple[int, ...]]] = {}
        self.keys: set[Any] = set()

    def note(self, call: Call) -> None:
        """A program was recorded for this call."""
        if call.whole:
            self.keys.add(call.key)
            self.seen.setdefault(apart(call), []).append(tuple(call.whole))

    def found(self, call: Call) -> bool:
        """Are there numbers in this call that turn out to move?"""
        seen = self.seen.get(apart(call)) if call.whole else None
        if not seen:
            return False
        values = [set(those) for those in zip(*seen, call.whole, strict=True)]
        more = frozenset([k for k, those in enumerate(values) if len(those) > OPTIONS]) - self.moving - self.fixed
        self.moving |= more
        return bool(more)

    def fix(self) -> None:
        """No program can be made with numbers in these places: they are options."""
        self.fixed |= self.moving
        self.moving = frozenset()


def apart(call: Call) -> Any:
    """The form of a call, whatever whole numbers it has."""
    return Call(call.args, call.kwargs, EVERY).key
