"""Waiting for other processes, but not for ever: who has left, or is late, is named.

Convention: whoever waits asks MPI again and again, with short pauses, as another process may need this processor. After
a second it looks whether a process has left, or the launcher. After some seconds it tells the others what it waits for:
where all wait, and not for the same, nobody goes on. At the time-out it names those who have said nothing: they are
late.
"""

from __future__ import annotations

import os
import pickle
import time
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from .processes import LEFT, Ended, World

PATIENT = 0.1  # seconds in which it only lets others go first: MPI moves data while it is asked
LOOK = 1.0  # seconds between two looks at who has left
STANDING = 3.0  # seconds after which it says what it waits for
GRACE = 2.0  # seconds in which others can say that they wait too
give_way: Callable[[], object] = getattr(os, "sched_yield", partial(time.sleep, 0))  # a sleep of 0 can take 50 us


def wait(world: World, requests: Sequence[Any], what: str) -> None:
    """Until the ``requests`` are done; ``what`` they are about is said where they never will be.

    Raises ``Ended`` if a process has left or is late.
    """
    requests = list(requests)
    if world.mpi.Request.Testall(requests):
        return
    start = time.monotonic()
    looked, pause, apart = start, 1e-5, ""
    while not world.mpi.Request.Testall(requests):
        now = time.monotonic()
        if now - start < PATIENT:
            give_way()
            continue
        time.sleep(pause)
        pause = min(pause * 1.2, 1e-3)
        if now - looked > LOOK:
            looked, apart = now, look(world, what, now - start, apart)
    world.stand("")


def look(world: World, what: str, waited: float, before: str) -> str:
    """Will what is waited for still come? Gives who waits for something else, if all do; ``before``: at the last look.

    Raises ``Ended`` where it will not.
    """
    apart = ""
    if waited > STANDING:
        world.stand(what)
        apart = others_wait(world, what)
        if apart and apart == before:
            raise Ended(standstill(world, what, apart))
    if gone := [other for other in world.others if world.words.Iprobe(other, LEFT)]:
        who, left = world.named(world.rank), world.named(*gone)
        raise Ended(f"{who} waits for {what} of {left}, which ended before: {ADVICE}")
    if world.launcher.gone():
        raise Ended(f"{world.named(world.rank)} waits for {what}, and what started the job is gone")
    if waited > world.timeout:
        raise Ended(late(world, what))
    return apart


def others_wait(world: World, what: str) -> str:
    """Who waits for something else, in words, if all others wait: then none of them computes. Else nothing."""
    standing = {other: world.hear(other) for other in world.others}
    if not all(standing.values()):
        return ""
    return " and ".join([f"{world.named(other)} for {text}" for other, text in standing.items() if text != what])


def agree(world: World, channel: Any, what: str, of: str = "", length: int = 0) -> Any:
    """Wait until all ask for the same; returns the ``length`` that each of them gives.

    Raises ValueError, in all processes, if what they ask for, or what they give for it, is not the same.
    """
    said = f"{what} of {of}" if of else what
    mark = zlib.crc32(said.encode())
    told = np.zeros(world.size + 2, np.int64)
    told[world.rank], told[-2:] = length, (mark, -mark)
    wait(world, [channel.Iallreduce(world.mpi.IN_PLACE, told, world.mpi.MAX)], what)
    if told[-2] != -told[-1]:
        every = _gathered(world, channel, np.frombuffer(said.encode(), np.uint8), what)
        for rank, theirs in enumerate(part.tobytes().decode() for part in every):
            if theirs != said:
                raise ValueError(f"rank {world.rank} asks for {said}, and rank {rank} for {theirs}: {ADVICE}")
    return told[:-2]


def gathered(world: World, channel: Any, x: Any, what: str) -> list[Any]:
    """The arrays of all processes, which may differ in the length of their first axis, over a communicator."""
    return _gathered(world, channel, x, what, agree(world, channel, what, f"{x.shape[1:]} {x.dtype}", len(x)))


def _gathered(world: World, channel: Any, x: Any, what: str, lengths: Any = None) -> list[Any]:
    x = np.ascontiguousarray(x)
    if lengths is None:
        lengths = np.zeros(world.size, np.int64)
        lengths[world.rank] = len(x)
        wait(world, [channel.Iallreduce(world.mpi.IN_PLACE, lengths)], what)
    counts = lengths * (int(np.prod(x.shape[1:])) * x.dtype.itemsize)
    y = np.empty((int(lengths.sum()), *x.shape[1:]), x.dtype)
    request = channel.Iallgatherv(
        [x.view(np.uint8).reshape(-1) if x.size else np.empty(0, np.uint8), world.mpi.BYTE],
        [y.reshape(-1).view(np.uint8), counts.tolist(), None, world.mpi.BYTE],
    )
    wait(world, [request], what)
    return np.split(y, np.cumsum(lengths)[:-1])


def exchanged(world: World, channel: Any, thing: Any, what: str) -> list[Any]:
    """What all processes have in the place of a ``thing`` of any kind."""
    if world.size == 1:
        return [thing]
    packed = np.frombuffer(pickle.dumps(thing), np.uint8)
    return [pickle.loads(part.tobytes()) for part in gathered(world, channel, packed, what)]


ADVICE = "all processes must make the same calls and take the same number of steps"


def standstill(world: World, what: str, apart: str) -> str:
    return f"{world.named(world.rank)} waits for {what}, and {apart}: nobody goes on: {ADVICE}"


def late(world: World, what: str) -> str:
    """Who is it that does not wait, if all who do say so?"""
    world.stand(what)
    missing, end = world.others, time.monotonic() + min(GRACE, world.timeout)
    while missing and time.monotonic() < end:
        time.sleep(1e-3)
        missing = [other for other in missing if not world.hear(other)]
    if not missing and (apart := others_wait(world, what)):
        return standstill(world, what, apart)
    who = world.named(*(missing or world.others))
    return f"{world.named(world.rank)} has waited {world.timeout:g} s for {what} of {who}: {ADVICE}"
