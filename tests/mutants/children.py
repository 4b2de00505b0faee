"""Work in child processes, a few at a time: what a mutant breaks, remembers or never ends is gone with its process."""

from __future__ import annotations

import gc
import os
import pickle
import resource
import selectors
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

MEMORY = 4 << 30  # bytes that a process may hold: a mutant may ask for any size


class Endless(BaseException):
    """A check computed for longer than it may."""


@dataclass(eq=False)
class Child:
    """A process, the end of the pipe through which it sends its results, the items it works on, what came so far."""

    process: int
    pipe: int
    items: list[int]
    sent: bytes = b""
    finished: int = 0


def shared(
    work: Callable[[list[int]], Iterable[Any]], groups: Iterable[list[int]], *, jobs: int, lost: Callable[[int], Any]
) -> Iterator[tuple[int, Any]]:
    """The number and result of each item, as they come; one child works on a group.

    ``lost(item)`` is the result of an item at which its child ended; another child goes on behind it.
    """
    gc.collect()
    gc.freeze()  # no collection in a child touches, and so copies, what all share
    waiting = selectors.DefaultSelector()
    running = 0
    left = [list(group) for group in groups][::-1]
    while left or running:
        while left and running < jobs:
            child = _started(work, left.pop())
            waiting.register(child.pipe, selectors.EVENT_READ, child)
            running += 1
        for key, _ in waiting.select():
            child = key.data
            part = os.read(child.pipe, 1 << 16)
            child.sent += part
            yield from _results(child)
            if not part:
                waiting.unregister(child.pipe)
                os.close(child.pipe)
                _, status = os.waitpid(child.process, 0)
                if os.waitstatus_to_exitcode(status) > 0:
                    raise SystemExit("the hunt itself failed")
                running -= 1
                if rest := child.items[child.finished :]:
                    yield rest[0], lost(rest[0])
                    if rest[1:]:
                        left.append(rest[1:])


def _results(child: Child) -> Iterator[tuple[int, Any]]:
    """Those that arrived wholly: each is sent behind its length."""
    while len(child.sent) >= 8 and len(child.sent) >= (end := 8 + int.from_bytes(child.sent[:8], "little")):
        yield child.items[child.finished], pickle.loads(child.sent[8:end])
        child.sent, child.finished = child.sent[end:], child.finished + 1


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise ``Endless`` after computing for so long; end this process if that does not help."""

    def endless(*_: Any) -> None:
        raise Endless(f"no end within {seconds:g} s")

    signal.signal(signal.SIGVTALRM, endless)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    signal.setitimer(signal.ITIMER_PROF, 3 * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


def _started(work: Callable[[list[int]], Iterable[Any]], items: list[int]) -> Child:
    reading, writing = os.pipe()
    sys.stdout.flush()
    process = os.fork()
    if process:
        os.close(writing)
        return Child(process, reading, items)
    try:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
        with os.fdopen(writing, "wb") as pipe:
            for result in work(items):
                sent = pickle.dumps(result)
                pipe.write(len(sent).to_bytes(8, "little") + sent)
                pipe.flush()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)
