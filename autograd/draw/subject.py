"""What a picture is asked of: things that were recorded, or a function that is run for it."""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType
from typing import Any

from .graph import Graph
from .record import describe

__all__ = ["subject"]


def subject(
    what: Sequence[Any], *, grads: bool | None = None, names: Any = None, inputs: Any = None,
    unfold: bool | None = None, scalars: bool = False, caller: FrameType | None = None, limit: int | None = None,
) -> Graph:  # fmt: skip
    """The graph of ``what`` was given to draw, play or explain: ``(y, ...)``, or ``(f, *inputs)``.

    ``names``  True stands for the variables of ``caller``
    """
    if names is True:
        names = {**caller.f_globals, **caller.f_locals} if caller is not None else None
    if len(what) == 1:
        (what,) = what
    return describe(what, grads=grads, names=names, inputs=inputs, unfold=unfold, limit=limit)
