"""Where did it come from? The source lines of recorded operations, and the first operation that gave NaN.

Convention: this costs nothing until a thread enters ``with autograd.debug():``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .core import Node, Switch, users_line


def debug(nan: bool = True) -> Switch:
    """Note the file and line of each operation recorded inside this block; errors in the backward pass then name them.

    With ``nan``, an operation whose result has a NaN or an infinity where its inputs had none raises
    FloatingPointError at once, with its name, shape and the line that called it.
    """
    return Switch(note=_note_and_check if nan else note_source, on=True)


def note_source(node: Node, *call: Any) -> None:
    """Keep on the node the first line outside the engine that led to it."""
    line = users_line()
    if line:
        node.annotate().source = line


def source(recorded: object) -> str:
    """Where a tensor (or node) was recorded, as ``file:line``, or '' outside ``debug()``."""
    node = recorded if isinstance(recorded, Node) else getattr(recorded, "node", None)
    return "" if node is None or node.notes is None else node.notes.source


def _note_and_check(node: Node, y: Any, *call: Any) -> None:
    note_source(node)
    for array in y if isinstance(y, tuple | list) else (y,):
        if array.dtype.kind in "fc" and not np.isfinite(array).all():
            bad = "NaN" if np.isnan(array).any() else "an infinity"
            where = tuple(np.argwhere(~np.isfinite(array))[0].tolist())
            raise FloatingPointError(
                f"{node.name} {node.shape} gave {bad}, first at index {where}, recorded at {source(node)}. "
                "(autograd.debug(nan=False) only notes the lines.)"
            )
