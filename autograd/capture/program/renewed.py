"""Copies of foreign arrays that are put in the place of their originals, as an optimizer's step does with a parameter.

Convention: whether the original is the place's alone, so that it may be written to instead, is asked at each run. It
never is where the program may end afterwards: then the call is done again, from the old numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..tape import COPY, Buffer, Guard, Instruction, View, is_certain

__all__ = ["ends", "renewed"]


def ends(steps: Sequence[Instruction | Guard], buffers: Sequence[Buffer]) -> int:
    """So many steps, the last of which is the last where the program may end."""
    return max([k for k, step in enumerate(steps, 1) if not is_certain(step, buffers)], default=0)


def renewed(
    steps: Sequence[Instruction | Guard],
    inputs: Sequence[View],
    results: Sequence[View],
    left: Mapping[int, int],
    end: int,
) -> set[int]:
    """The numbers of the steps that copy an input which nothing reads afterwards, and whose place the copy takes.

    ``left``  by result: the input in whose place it is left
    ``end``   the number of steps before which the program may end
    """
    places = {results[r].buffer: inputs[k].buffer for r, k in left.items()}
    last = {view.buffer: number for number, step in enumerate(steps) for view in step.reads}
    returned = {view.buffer for view in results}
    found = set()
    for number, step in enumerate(steps):
        if (
            number >= end
            and isinstance(step, Instruction)
            and step.function == COPY
            and len(step.reads) == len(step.outputs) == 1
        ):
            source, copy = step.reads[0].buffer, step.outputs[0].buffer
            if places.get(copy) == source and last[source] == number and source not in returned:
                found.add(number)
    return found
