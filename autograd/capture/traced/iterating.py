"""Iterators outside a function: what they gave is gone, and a program cannot take the next."""

from __future__ import annotations

from typing import Any

from ..tape import Tape

__all__ = ["Iterated"]

REASON = "it takes from an iterator, which a program cannot: give it what that returns"


class Iterated:
    """An iterator in the place of another; a recording in which something is taken is given up."""

    def __init__(self, own: Any, tape: Tape) -> None:
        self.own, self.tape = own, tape

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        self.tape.give_up(REASON)
        return next(self.own)

    def __getattr__(self, name: str) -> Any:
        self.tape.give_up(REASON)
        return getattr(self.own, name)
