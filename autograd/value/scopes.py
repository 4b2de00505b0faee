"""Values that know in which named part of the program they were computed.

Convention: this costs nothing while no such part is open. While one is, in any thread, the functions that record a
Value make it by ``noted``. The part is kept beside the label, in the same slot.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..core import recording, shared
from . import graph, many, value
from .graph import Label, Recorded

__all__ = ["noting_scopes", "scope_of"]

changing = shared(threading.Lock())
blocks = [0]  # how many are open


def noted(kind: Any) -> Any:
    """A new Value that knows the part of the program that runs."""
    v = graph.new(kind)
    if recording.scope is not None:
        v._label = Label.within("", recording.scope)
    return v


@contextmanager
def noting_scopes() -> Iterator[None]:
    """Inside this block computed Values know ``recording.scope``."""
    makers: Any = (value, many)
    with changing:
        blocks[0] += 1
        for module in makers:
            module.new = noted
    try:
        yield
    finally:
        with changing:
            blocks[0] -= 1
            if not blocks[0]:
                for module in makers:
                    module.new = graph.new


def scope_of(v: Recorded) -> Any:
    """The part of the program that computed a Value, or None."""
    return getattr(getattr(v, "_label", None), "scope", None)
