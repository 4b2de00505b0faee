"""The threads that compute large arrays: how many there are, and how work is spread over them.

Convention: the caller's thread works too. Pieces of work are taken one by one by whoever is free, so that a thread that
wakes late, or has a busy core, leaves more of them to the others. Pieces begin at the same places however many threads
there are: what is summed up piece by piece is always the same.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import copy_context
from importlib.machinery import PathFinder
from queue import SimpleQueue
from typing import Any

__all__ = ["share", "single_blas", "spread", "threads"]

Piece = Callable[[int, int], object]
here = threading.local()  # ``here.helping`` in our own threads: what they do is spread no further


@functools.cache
def wanted() -> int:
    """OMP_NUM_THREADS, or as many as there are processors for us."""
    wanted = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
    if wanted.isdecimal() and int(wanted) > 0:
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@functools.cache
def blas() -> list[Any]:
    """The BLAS libraries that threadpoolctl finds; none where it is not installed."""
    if "threadpoolctl" not in sys.modules and PathFinder.find_spec("threadpoolctl") is None:
        return []
    found = importlib.import_module("threadpoolctl").ThreadpoolController()
    return list(found.select(user_api="blas").lib_controllers)


def threads() -> int:
    """How many threads compute: ``wanted``, but no more than threadpoolctl has BLAS use now."""
    most = wanted()
    if most > 1 and "threadpoolctl" in sys.modules:
        return min([most, *(single_blas.before or [library.num_threads for library in blas()])])
    return most


def limit(library: Any, count: int) -> None:
    """Have a library use so many threads. From version 3.8 on, threadpoolctl listens to one thread of ours alone, until
    that one ends or lets go.
    """
    let_go = getattr(type(library), "clear_controlling_thread", None)
    if let_go is not None:
        let_go(force=True)
    library.set_num_threads(count)
    if let_go is not None:
        let_go()


class SingleBlas:
    """``with single_blas:`` products of matrices are computed by one thread, if threadpoolctl is installed.

    They are in all threads of the program, until the last one has left it. ``threads`` stays what it was: what is
    spread may call BLAS in each piece.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.lock, self.inside = threading.Lock(), 0
        self.before: list[int] = []  # of each library, how many threads it had; none while nobody is inside

    def __enter__(self) -> None:
        with self.lock:
            self.inside += 1
            if self.inside == 1:
                self.before = [library.num_threads for library in blas()]
                for library in blas():
                    limit(library, 1)

    def __exit__(self, *error: object) -> None:
        with self.lock:
            self.inside -= 1
            if not self.inside:
                self.restore()

    def restore(self) -> None:
        for library, count in zip(blas(), self.before, strict=True):
            limit(library, count)
        self.before = []

    def forked(self) -> None:
        """In a forked process none of the others is left who was inside."""
        if self.before:
            self.restore()
        self.reset()


single_blas = SingleBlas()


class Task:
    """What another thread is asked to do, unless the asking one is done before it begins."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work, self.context = work, copy_context()
        self.begun = deque([True])  # whoever takes this begins: it, or the one who needs it no more
        self.done = threading.Lock()
        self.error: BaseException | None = None
        self.done.acquire()

    def run(self) -> None:
        if self.begins():
            try:
                self.context.run(self.work)
            except BaseException as error:  # the asking thread raises it
                self.error = error
            finally:
                self.done.release()

    def begins(self) -> bool:
        try:
            return self.begun.pop()
        except IndexError:
            return False

    def finish(self) -> None:
        """Wait for it, if it has begun."""
        if not self.begins():
            with self.done:
                pass
            if self.error is not None:
                raise self.error


class Pool:
    """Threads that wait for tasks, as many as were ever needed at once. They end with the program."""

    def __init__(self) -> None:
        self.tasks: SimpleQueue[Task] = SimpleQueue()
        self.size = 0

    def ask(self, task: Task) -> None:
        self.tasks.put(task)

    def grow(self, size: int) -> None:
        while self.size < size:
            self.size += 1
            threading.Thread(target=self.serve, name=f"chalkgrad-{self.size}", daemon=True).start()

    def serve(self) -> None:
        here.helping = True
        while True:
            self.tasks.get().run()


@functools.cache
def pool() -> Pool:
    """The other threads, started when they are first needed."""
    return Pool()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=pool.cache_clear)  # a forked process has no threads but one
    os.register_at_fork(after_in_child=single_blas.forked)


def share(workers: Sequence[Callable[[], object]]) -> None:
    """Call them all, the first in this thread. One that has not begun when the first is done is not needed any more."""
    tasks = []
    if len(workers) > 1 and not hasattr(here, "helping"):
        helpers = pool()
        helpers.grow(len(workers) - 1)
        tasks = [Task(worker) for worker in workers[1:]]
        for task in tasks:
            helpers.ask(task)
        here.helping = True  # what the first worker does is spread no further, either
    try:
        workers[0]()
    finally:
        if tasks:
            del here.helping
        for task in tasks:
            task.finish()


def spread(function: Piece, size: int, piece: int, most: int | None = None) -> None:
    """Call function(start, end) for each piece of ``size`` numbers, by all threads, or ``most`` of them.

    ``piece``  how many numbers are one piece: enough to be worth a call, about 1e5 operations
    """
    pieces = -(-size // piece) if size else 0
    count = min(threads() if most is None else most, pieces) if pieces > 1 else 1
    left = deque(range(0, size, piece))

    def work() -> None:
        while True:
            try:
                start = left.popleft()
            except IndexError:
                return
            try:
                function(start, min(start + piece, size))
            except BaseException:
                left.clear()  # the others end with the pieces that they have
                raise

    share([work] * count)
