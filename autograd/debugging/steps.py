"""Steps of the recorded computation, nodes of tensors and Values alike: their names, lines, inputs.

Convention: a line is ``file:number``, or "" where it was not noted.
"""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from ..core import Node, known_as, users_line
from ..value import Label, Value

Step: TypeAlias = Node | Value


def source(recorded: object) -> str:
    """Where a tensor or Value, ``recorded``, comes from, as ``file:line``; "" outside ``debug()``."""
    step = step_of(recorded)
    if isinstance(step, Value):
        return str(getattr(getattr(step, "_label", ""), "source", ""))
    return "" if step is None or step.notes is None else step.notes.source


def step_of(recorded: object) -> Step | None:
    """The step of a tensor, a Value or a node; None for what is not tracked."""
    return recorded if isinstance(recorded, Node | Value) else getattr(recorded, "node", None)


def note_source(step: Step, line: str = "") -> None:
    """Keep the line that led to a step: the first one outside the engine, if none is given."""
    line = line or users_line()
    if isinstance(step, Value):
        Label.of(step).source = line
    elif line:
        step.annotate().source = line


def note_sweep(step: Step, line: str) -> None:
    """Keep the line of the sweep that freed a step."""
    if isinstance(step, Value):
        Label.of(step).swept = line
    else:
        step.annotate().swept = line


def name(step: Step) -> str:
    """The operation, or "leaf"; of one result of several that of the operation."""
    if step.op is None:
        return "leaf"
    if step.op.name == "item" and step.inputs[0] is not None:
        return name(step.inputs[0])
    return str(step.op.name)


def label(step: Step) -> str:
    if isinstance(step, Value):
        return step.label
    return "" if step.notes is None else step.notes.label


def shape(step: Step) -> str:
    """Its shape; a Value's number."""
    return f"{step.number:.6g}" if isinstance(step, Value) else str(step.shape)


def inputs(step: Step) -> list[Step]:
    """The steps that it was computed from."""
    sources: Sequence[Any] = step.inputs
    return [source for source in sources if source is not None]


def before(step: Step, limit: int = 100_000) -> Iterator[Step]:
    """The step and all that it was computed from, nearest first; of a graph beyond the limit a part."""
    seen = {id(step)}
    row = [step]
    while row and len(seen) < limit:
        following = []
        for one in row:
            yield one
            for source in inputs(one):
                if id(source) not in seen:
                    seen.add(id(source))
                    following.append(source)
        row = following


def leaves(step: Step) -> list[Step]:
    """The leaves that a step was computed from."""
    return [one for one in before(step) if one.op is None]


def text_of(line: str) -> str:
    """A line with its text, ``train.py:14: y = np.log(p)``."""
    file, _, number = line.rpartition(":")
    text = linecache.getline(file, int(number)).strip() if number.isdigit() else ""
    line = known_as(line)
    return f"{line}: {text}" if text else line
