"""Who speaks in an error: draw, play or explain, whichever a person called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["speaker", "speaking"]

_speaker = ContextVar("speaker", default="draw")


def speaker() -> str:
    """The name with which errors begin: ``play: ...``."""
    return _speaker.get()


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Within this block, errors begin with this name."""
    token = _speaker.set(name)
    try:
        yield
    finally:
        _speaker.reset(token)
