"""Where in memory the buffers of a program are: two that are never needed at the same time may share a place.

Convention: places are multiples of 64 bytes, a line of the processor's cache. Results keep theirs to the end.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..tape import Buffer, Guard, Instruction, View

__all__ = ["planned"]

LINE = 64


def planned(
    steps: Sequence[Instruction | Guard], buffers: Sequence[Buffer], results: Sequence[View]
) -> tuple[dict[int, int], int]:
    """By fresh buffer: where it begins. And how many bytes that takes together.

    A buffer that is no longer needed leaves its place to the next of its size; so a loop runs within a few of them,
    which stay in the processor's cache.
    """
    last = [-1] * len(buffers)
    for k, step in enumerate(steps):
        for view in step.reads:
            last[view.buffer] = k
        for view in step.outputs:
            last[view.buffer] = k
    for view in results:
        last[view.buffer] = len(steps)
    sizes = [rounded(b.size) if b.kind == "fresh" else 0 for b in buffers]
    free: dict[int, list[int]] = {size: [] for size in set(sizes)}
    places: dict[int, int] = {}
    end = 0
    for k, step in enumerate(steps):
        outputs = step.outputs
        for view in outputs:
            number = view.buffer
            if (size := sizes[number]) and number not in places:
                if waiting := free[size]:
                    places[number] = waiting.pop()  # the one left last: it is in the cache
                else:
                    places[number] = end
                    end += size
        for view in (*step.reads, *outputs):
            number = view.buffer
            if last[number] == k:
                last[number] = -1  # an operand may be read twice
                if number in places:
                    free[sizes[number]].append(places[number])
    return places, end


def rounded(size: int) -> int:
    """So many bytes, or a few more: at least one line, and whole ones."""
    return (size + LINE - 1) & -LINE if size > LINE else LINE
