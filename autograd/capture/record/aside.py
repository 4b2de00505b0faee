"""What looks at a recording, as debugging does, is no part of the program: while it looks, the tape is closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...core import recording
from ..tape import Tape

__all__ = ["aside"]

LOOKING = ("note", "note_value", "watch", "left")


def aside(tape: Tape) -> dict[str, Any]:
    """The fields of ``recording`` that look at what is recorded, with the tape closed while they do."""
    return {name: Aside(look, tape) for name in LOOKING if (look := getattr(recording, name)) is not None}


class Aside:
    """Something that is called, or has methods that are, with the tape closed."""

    def __init__(self, own: Any, tape: Tape) -> None:
        self.own, self.tape = own, tape

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        with closed(self.tape):
            y = self.own(*args, **keywords)
        return Aside(y, self.tape) if hasattr(y, "arrives") else y

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.own, name)
        return Aside(found, self.tape) if callable(found) else found


@contextmanager
def closed(tape: Tape) -> Iterator[None]:
    was, tape.closed = tape.closed, True
    try:
        yield
    finally:
        tape.closed = was or tape.given_up
