"""Values that know in which named part of the program they were computed.

Convention: this costs nothing while no such part is open. The part is kept beside the label, in the same slot.
"""

from __future__ import annotations

from typing import Any

from ..core import recording
from .graph import Label, Recorded

__all__ = ["note_scope", "scope_of"]


def note_scope(v: Recorded) -> None:
    """Let a recorded Value know the part of the program that runs."""
    if recording.scope is not None:
        Label.of(v).scope = recording.scope


def scope_of(v: Recorded) -> Any:
    """The part of the program that computed a Value, or None."""
    return getattr(getattr(v, "_label", None), "scope", None)
