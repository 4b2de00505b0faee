"""A mutant: something of the library's that is made wrong, and how."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .source import traces


def living() -> list[Any]:
    """All objects, also those that are frozen, as what pytest has collected is."""
    if not gc.get_freeze_count():
        return gc.get_objects()
    gc.unfreeze()
    try:
        return gc.get_objects()
    finally:
        gc.freeze()


@dataclass
class Effect:
    """Did a mutant change anything yet?"""

    changed: bool = False

    def of(self, wrong: Any, right: Any) -> Any:
        """The wrong result, after a note of whether it differs from the right one."""
        self.changed = self.changed or traces(wrong) != traces(right)
        return wrong


@dataclass(frozen=True)
class Mutant:
    """``plant`` makes the library wrong while it is open; what it gives knows whether that changed anything.

    ``codes``   the code of the functions that are changed: only checks that call one of them can tell
    ``watch``   a function whose calls show a change, if the mutant does not know itself
    """

    subject: str
    kind: str
    text: str
    plant: Callable[[], AbstractContextManager[Effect | None]]
    codes: tuple[Any, ...] = field(default=(), repr=False)
    watch: Any = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return f"{self.subject}: {self.kind} ({self.text})"


def flipped(d: Any) -> Any:
    """The same elements, in the order of the other axes: d.T as if it had the shape of d."""
    return np.reshape(np.transpose(d), np.shape(d)) if np.ndim(d) > 1 else d[::-1] if np.ndim(d) else d
