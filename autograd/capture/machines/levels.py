"""Programs on single numbers, level by level: many small instructions as a few large ones.

An instruction's level is one more than the highest among its operands'. Instructions of one level need nothing of each
other, so those of one function are done by one call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..tape import Buffer, Step, View, elsewhere, moved, written_once
from .groups import Groups
from .stretch import Stretch

__all__ = ["levelled"]


def levelled(
    steps: Sequence[Step], buffers: list[Buffer], results: Sequence[View]
) -> tuple[Sequence[Step], list[Buffer], list[View]]:
    """The same program, with long stretches of instructions on single numbers done level by level where this pays.

    Guards are checked after their stretch: programs do not warn of what they compute in vain.
    """
    values = written_once(steps, buffers)
    parts = list(stretches(steps, buffers, values))
    if all(isinstance(part, list) for part in parts):
        return steps, buffers, list(results)
    buffers = list(buffers)
    needed = {view.buffer for view in results}
    for part in parts:
        if isinstance(part, Stretch):
            needed.update([view.buffer for view in part.before])
        for step in part if isinstance(part, list) else part.guards:
            needed.update([view.buffer for view in step.reads])
    instead: dict[int, View] = {}
    done: list[Step] = []
    for part in parts:
        if isinstance(part, list):
            done += [elsewhere(step, instead) for step in part]
        else:
            done += Groups(part, buffers, instead, needed).steps
            done += [elsewhere(step, instead) for step in part.guards]
    return done, buffers, [moved(view, instead) for view in results]


def stretches(
    steps: Sequence[Step], buffers: Sequence[Buffer], values: Sequence[bool]
) -> Iterable[Stretch | list[Step]]:
    """The steps in their order, in parts: stretches that are done by level, and what is left as it is."""
    waiting: list[Step] = []  # since the last stretch
    stretch = Stretch()
    start = 0  # of the stretch
    for k, step in enumerate(steps):
        if stretch.takes(step, buffers, values):
            continue
        if stretch.pays:
            yield waiting
            yield stretch
            waiting = []
        else:
            waiting += steps[start:k]
        waiting.append(step)
        stretch, start = Stretch(), k + 1
    if stretch.pays:
        yield waiting
        yield stretch
    else:
        yield [*waiting, *steps[start:]]
