"""Prefetching: a thread makes the next items of an iterator while the caller works on this one.

Convention: the thread lives as long as the loop. It ends with the items, with an error of theirs (which the loop
raises), or when the caller leaves the loop, however that happens. In a forked process there is no such thread.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator
from typing import Any, TypeVar

Item = TypeVar("Item")


def prefetched(items: Iterator[Item], depth: int) -> Iterator[Item]:
    """The same items in the same order, up to ``depth`` of them made by a thread before they are asked for."""
    made: deque[tuple[Any, BaseException | None]] = deque()
    room, ready = threading.Semaphore(depth), threading.Semaphore(0)
    left = False
    process = os.getpid()

    def work() -> None:
        while True:
            room.acquire()
            if left:
                return
            try:
                made.append((next(items), None))
            except BaseException as error:  # also StopIteration, which ends the loop below
                made.append((None, error))
                return
            finally:
                ready.release()

    thread = threading.Thread(target=work, name="next batch", daemon=True)
    try:
        thread.start()
        while True:
            if os.getpid() != process:
                raise RuntimeError(
                    "this loop over batches was begun in another process, and its thread has stayed there: begin one "
                    "in this process, or make the loader with prefetch=0"
                )
            ready.acquire()
            item, error = made.popleft()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            room.release()
            yield item
    finally:
        left = True
        if os.getpid() == process:  # else its semaphores may be in any state
            room.release()
            if thread.is_alive() and thread is not threading.current_thread():  # whoever closes the loop
                thread.join()
        error = None  # its traceback holds this frame
