"""Python's collector of unreachable objects, which is no help while a large graph is made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collected_later"]


@contextmanager
def collected_later(aged: bool = False) -> Iterator[None]:
    """Look for no cycles meanwhile: each look goes through all that was made so far, and finds nothing.

    ``aged``: what was made stays, so it then counts as old as any, and is not the first to be searched.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            if aged:
                _age()
            gc.enable()


_frozen = False  # has somebody frozen objects? To count them takes as long as there are, so one yes is remembered


def _age() -> None:
    """All objects count as old from now on; not where some are frozen, which would be thawed."""
    global _frozen
    _frozen = _frozen or gc.get_freeze_count() > 0
    if not _frozen:
        gc.freeze()
        gc.unfreeze()
