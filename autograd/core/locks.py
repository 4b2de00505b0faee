"""Locks of the engine, which a forked process can use: a fork waits until no other thread holds one.

Convention: ``os.fork`` copies the thread that calls it and no other, but all locks as they are. One that another thread
held would be held in the new process for ever, and what it guards might be half done. So a fork first takes all locks.
After ``PATIENCE`` seconds without success it goes on, and the new process gets fresh ones.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any

__all__ = ["shared"]

PATIENCE = 5.0  # seconds: longer than a sweep over a million Values
LOCKS: list[Any] = []
held: list[Any] = []  # by the fork that is going on
forking = threading.Lock()  # held during one


def shared(lock: Any) -> Any:
    """The same ``threading.Lock`` or ``RLock``, which forks take care of from now on."""
    LOCKS.append(lock)
    return lock


def take() -> None:
    """Take all locks: all at once or none, so that no order can make two threads wait for each other."""
    forking.acquire()
    last = time.monotonic() + PATIENCE
    while True:
        for lock in LOCKS:
            if not lock.acquire(timeout=0.01):
                break
            held.append(lock)
        if len(held) == len(LOCKS) or time.monotonic() > last:
            return
        release()
        time.sleep(0)


def release() -> None:
    while held:
        held.pop().release()


def end() -> None:
    """In the old process."""
    release()
    forking.release()


def begin() -> None:
    """In the new process. Locks that could not be taken belong to a thread that is not there."""
    missing = [lock for lock in LOCKS if lock not in held]
    release()
    for lock in (*missing, forking):
        lock._at_fork_reinit()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(before=take, after_in_parent=end, after_in_child=begin)

changing: Any = shared(threading.Lock())  # held while a switch is set: see grad_mode.py
ticking: Any = shared(threading.Lock())  # held while a period begins: see node.py
accumulating: Any = shared(threading.Lock())  # held while gradients are added to leaves: threads may share parameters
