"""Python's collector of unreachable objects, which is no help while a large graph is made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collected_later"]

_frozen = False  # has somebody frozen objects? To ask takes as long as there are frozen ones, so that is asked once


@contextmanager
def collected_later(aged: bool = False) -> Iterator[None]:
    """Look for no cycles meanwhile: each look goes through all that was made so far, and finds nothing.

    ``aged``: what was made stays, so it then counts as old as any, and is not the first to be searched.
    """
    global _frozen
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            _frozen = _frozen or (aged and gc.get_freeze_count() > 0)
            if aged and not _frozen:  # theirs would be thawed
                gc.freeze()
                gc.unfreeze()
            gc.enable()
