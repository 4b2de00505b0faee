"""Prefetching: a thread makes the next items of an iterator while the caller works on this one.

Convention: the thread lives as long as the loop. It ends with the items, with an error of theirs (which the loop
raises), or when the caller leaves the loop, however that happens.
"""

from __future__ import annotations

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
    thread.start()
    try:
        while True:
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
        room.release()
        if thread is not threading.current_thread():  # the garbage collector may close the loop on any thread
            thread.join()
        error = None  # its traceback holds this frame
