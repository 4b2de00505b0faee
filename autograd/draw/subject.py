"""What a picture is asked of: things that were recorded, or a function that is run for it."""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType
from typing import Any

from .graph import Graph
from .record import Grads, around, describe, run
from .record import scalars as opened

__all__ = ["subject"]


def subject(
    what: Sequence[Any], *, grads: Grads = None, names: Any = None, inputs: Any = None,
    unfold: bool | None = None, scalars: bool = False, caller: FrameType | None = None, limit: int | None = None,
) -> Graph:  # fmt: skip
    """The graph of what draw, play or explain was given: ``(y, ...)``, or ``(f, *inputs)``.

    ``names``    True stands for the variables of ``caller``
    ``grads``    None: those that are stored, "kept": all, if the graph still has what that takes; of a function all are
                 computed
    ``scalars``  the graph of the single numbers, of at most ``limit`` of them; kernels are opened for it
    """
    if scalars:
        graph = subject(what, grads=grads, names=names, inputs=inputs, unfold=unfold is not False, caller=caller)
        return opened(graph, limit)
    if names is True:
        names = None if caller is None else around(caller)
    if what and callable(what[0]):
        if inputs is not None:
            raise ValueError(
                "draw: inputs= is for what was recorded; a function's inputs are its arguments: draw(f, x)"
            )
        return run(what[0], what[1:], grads=grads is not False, names=names, unfold=unfold, limit=limit)
    things = what[0] if len(what) == 1 else list(what)
    return describe(things, grads=grads, names=names, inputs=inputs, unfold=unfold, limit=limit)
