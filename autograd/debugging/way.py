"""The way back from a step to its leaves, one line of text for each line of the program."""

from __future__ import annotations

from .naming import Names
from .steps import Step, inputs, name, source, text_of

FIRST, LAST = 5, 3  # lines that are shown of a long way


def way_back(step: Step, names: Names) -> list[str]:
    """The operations from a step back to a leaf, through the first tracked input of each, and the leaves beside it."""
    lines: list[tuple[list[str], str]] = []  # neighbours of one line of the program stand together
    leaves: list[Step] = []
    here: Step | None = step
    while here is not None:
        if lines and lines[-1][1] == source(here):
            _add(lines[-1][0], name(here))
        else:
            lines.append(([name(here)], source(here)))
        following = None
        for before in inputs(here):
            if before.op is None:
                leaves.append(before)
            elif following is None:
                following = before
        while following is not None and following.op.name == "item" and inputs(following):
            following = inputs(following)[0]  # one result of the operation that comes next
        here = following
    shown = [", ".join(operations) + (f"  at {text_of(line)}" if line else "") for operations, line in lines]
    if len(shown) > FIRST + LAST + 1:
        left_out = len(shown) - FIRST - LAST
        shown = [*shown[:FIRST], f"... {left_out} lines more", *shown[-LAST:]]
    return [*shown, f"from {names.list(leaves)}"] if leaves else shown


def _add(operations: list[str], operation: str) -> None:
    """One more operation of a line; of many the first and the last ones stay."""
    operations.append(operation)
    if len(operations) == 8:
        operations[3] = "..."
    if len(operations) >= 8:
        del operations[4]
