"""Where in memory the buffers of a program are: two that are never needed at the same time may share a place.

Convention: places are multiples of 64 bytes, a line of the processor's cache. Results keep theirs to the end.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from .instruction import Buffer, Guard, Instruction, View

__all__ = ["planned"]

LINE = 64


def planned(
    steps: Sequence[Instruction | Guard], buffers: Sequence[Buffer], results: Sequence[View]
) -> tuple[dict[int, int], int]:
    """By fresh buffer: where it begins. And how many bytes that takes together.

    A buffer that is no longer needed leaves its place to the next of its size; so a loop runs within a few of them,
    which stay in the processor's cache.
    """
    last: dict[int, int] = {}
    for k, step in enumerate(steps):
        for view in step.reads:
            last[view.buffer] = k
        for view in step.outputs:
            last[view.buffer] = k
    for view in results:
        last[view.buffer] = len(steps)
    free: dict[int, list[int]] = {}
    ending: list[tuple[int, int, int]] = []
    places: dict[int, int] = {}
    end = 0
    for k, step in enumerate(steps):
        while ending and ending[0][0] < k:
            _, size, place = heapq.heappop(ending)
            free.setdefault(size, []).append(place)
        for view in step.outputs:
            buffer = buffers[view.buffer]
            if view.buffer in places or buffer.kind != "fresh":
                continue
            size = max(LINE, -(-buffer.size // LINE) * LINE)
            if waiting := free.get(size):
                place = waiting.pop()  # the one left last: it is in the cache
            else:
                place, end = end, end + size
            places[view.buffer] = place
            heapq.heappush(ending, (last[view.buffer], size, place))
    return places, end
