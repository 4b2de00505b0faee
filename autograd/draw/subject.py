"""What a picture is asked of: things that were recorded, or a function that is run for it."""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType
from typing import Any

from .graph import Graph
from .record import Grads, around, describe, run
from .record import scalars as opened
from .speaker import speaking

__all__ = ["subject"]


def subject(
    by: str, what: Sequence[Any], *, caller: FrameType, grads: Grads = None, names: Any = None, inputs: Any = None,
    unfold: bool | None = None, scalars: bool = False, limit: int | None = None, asked: Sequence[Any] = (),
) -> Graph:  # fmt: skip
    """The graph of what draw, play or explain was given: ``(y, ...)``, or ``(f, *inputs)``.

    ``by``       the name of which it was, for the errors
    ``names``    True stands for the variables of ``caller``
    ``grads``    None: those that are stored, "kept": all, if the graph still has what that takes; of a function all are
                 computed
    ``scalars``  the graph of the single numbers, of at most ``limit`` of them; kernels are opened for it
    ``asked``    Values and tensors whose keys ``Graph.asked`` is to tell, where nothing is run
    """
    names = around(caller) if names is True else names
    unfold = unfold is not False if scalars else unfold
    with speaking(by):
        if what and callable(what[0]):
            if inputs is not None:
                raise ValueError(
                    f"{by}: inputs= is for what was recorded; a function's inputs are its arguments: {by}(f, x)"
                )
            graph = run(what[0], what[1:], grads=grads is not False, names=names, unfold=unfold)
        elif len(what) == 1 and hasattr(what[0], "described"):  # it knows its graph itself, as programs do
            graph = what[0].described()
        else:
            things = what[0] if len(what) == 1 else list(what)
            graph = describe(things, grads=grads, names=names, inputs=inputs, unfold=unfold, asked=asked)
        return opened(graph, limit) if scalars else graph
