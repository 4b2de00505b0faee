"""The next items of an iterator, made on a thread while the caller works on this one.

Convention: the thread lives as long as the loop. It ends when the items do, when one of them raises (the loop
raises the same error), or when the loop is left, whichever way.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from typing import Any


def ahead(items: Iterator[Any], depth: int) -> Iterator[Any]:
    """The same items in the same order; up to ``depth`` of them are made before they are asked for."""
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
            except BaseException as error:  # StopIteration among them: it ends the loop below
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
        if thread is not threading.current_thread():  # as when the garbage collector leaves the loop, on any thread
            thread.join()
        error = None  # its traceback holds this frame
