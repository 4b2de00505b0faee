"""Work in child processes, a few at a time: what a mutant breaks, remembers or never ends is gone with its process."""

from __future__ import annotations

import os
import pickle
import selectors
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple


class Child(NamedTuple):
    """A process, the end of the pipe through which it sends its results, and which items it works on."""

    process: int
    pipe: int
    first: int
    count: int


def shared(
    work: Callable[[Any], Any], items: Sequence[Any], *, jobs: int, each: int, lost: Callable[[Any], Any]
) -> Iterator[tuple[int, Any]]:
    """The number and result of each item, as they come; ``each`` child works on so many items.

    ``lost(item)`` is the result of an item whose child ended without any.
    """
    waiting = selectors.DefaultSelector()
    sent: dict[Child, bytes] = {}
    starts = iter(range(0, len(items), each))
    while True:
        while len(sent) < jobs and (first := next(starts, None)) is not None:
            child = _started(work, items, first, min(each, len(items) - first))
            sent[child] = b""
            waiting.register(child.pipe, selectors.EVENT_READ, child)
        if not sent:
            return
        for key, _ in waiting.select():
            child = key.data
            part = os.read(child.pipe, 1 << 16)
            sent[child] += part
            if not part:
                waiting.unregister(child.pipe)
                os.close(child.pipe)
                os.waitpid(child.process, 0)
                mine = range(child.first, child.first + child.count)
                found = _read(sent.pop(child))
                yield from zip(mine, [lost(items[k]) for k in mine] if found is None else found, strict=True)


def limited(seconds: float) -> None:
    """End this process if it computes for so long from now on."""
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)


def _started(work: Callable[[Any], Any], items: Sequence[Any], first: int, count: int) -> Child:
    reading, writing = os.pipe()
    sys.stdout.flush()
    process = os.fork()
    if process:
        os.close(writing)
        return Child(process, reading, first, count)
    try:
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps([work(item) for item in items[first : first + count]]))
    except Exception:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(0)


def _read(sent: bytes) -> Any:
    try:
        return pickle.loads(sent)
    except (EOFError, pickle.UnpicklingError):
        return None
