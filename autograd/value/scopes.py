"""Values that know in which named part of the program they were computed.

Convention: this costs nothing while no such part is open. The part is kept beside the label, in the same slot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core import recording
from .graph import Label, Recorded

__all__ = ["noting_scope", "scope_of"]


def noting_scope(outer: Callable[[Recorded], object] | None = None) -> Callable[[Recorded], None]:
    """What lets a recorded Value know the part of the program that runs, besides what ``outer`` does with it."""

    def note(v: Recorded) -> None:
        if outer is not None:
            outer(v)
        if recording.scope is not None:
            Label.of(v).scope = recording.scope

    return note


def scope_of(v: Recorded) -> Any:
    """The part of the program that computed a Value, or None."""
    return getattr(getattr(v, "_label", None), "scope", None)
