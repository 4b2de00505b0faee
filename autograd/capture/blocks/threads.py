"""The threads that compute large arrays: how many there are, and how work is spread over them.

Convention: the caller's thread works too. Pieces of work are taken one by one by whoever is free, so that a thread that
wakes late, or has a busy core, leaves more of them to the others.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

__all__ = ["spread", "threads"]


@functools.cache
def threads() -> int:
    """How many threads compute: OMP_NUM_THREADS, or as many as there are processors for us."""
    wanted = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
    if wanted.isdecimal() and int(wanted) > 0:
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@functools.cache
def pool() -> ThreadPoolExecutor:
    """The other threads, started when they are first needed."""
    return ThreadPoolExecutor(max(1, threads() - 1), thread_name_prefix="chalkgrad")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=pool.cache_clear)  # a forked process has no threads but one


def spread(workers: Sequence[Callable[[], None]]) -> None:
    """Call them all, the first in this thread. One that has not begun when the first is done is not needed any more."""
    started = [pool().submit(copy_context().run, worker) for worker in workers[1:]]
    try:
        workers[0]()
    finally:
        for task in started:
            if not task.cancel():
                task.result()
