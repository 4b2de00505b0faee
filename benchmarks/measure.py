"""How things are measured: everybody side by side, in turns, in one run.

Convention: a figure is the median of paired ratios. A pair is one timing of ours and, right after it, one of the
peer's, so that whatever else the machine does falls on both.
"""

from __future__ import annotations

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Step = Callable[[], Any]
Maker = Callable[[], Step]  # prepares everything and returns what is timed

HEAD = f"{'case':<44}{'ours':>12}  {'peer':<24}{'theirs':>12}{'ratio':>8}{'aim':>7}"
TURN = 0.02  # seconds that one timing takes at least


@dataclass
class Race:
    """``ours`` against ``peers``, by name; ``aims`` are the ratios that we want to stay below."""

    name: str
    ours: Maker
    peers: dict[str, Maker]
    aims: dict[str, float] = field(default_factory=dict)


@dataclass
class Fact:
    """Something without a peer: ``measure(quick)`` returns a text."""

    name: str
    measure: Callable[[bool], str]


class Skip(Exception):
    """Why a peer is not measured."""


def seconds(step: Step, times: int) -> float:
    """How long one of so many calls takes. A step in another process measures itself."""
    if hasattr(step, "seconds"):
        return float(step.seconds(times))
    gc.collect()  # what the one before left behind is not this one's to clear up
    start = time.perf_counter()
    for _ in range(times):
        step()
    return (time.perf_counter() - start) / times


def run(race: Race, repeats: int) -> None:
    """Measure a race and print a line for each peer."""
    steps: dict[str, Step] = {}
    times: dict[str, int] = {}
    for name, maker in {"ours": race.ours, **race.peers}.items():
        try:
            step = maker()
            seconds(step, 2)  # warm up: compile, fill caches
        except (Skip, ImportError) as reason:
            print(f"{race.name:<44}{'':>12}  {name:<24}skipped: {reason}", flush=True)
        except Exception as error:
            print(f"{race.name:<44}{'':>12}  {name:<24}FAILED: {str(error).partition(chr(10))[0]}", flush=True)
        else:
            steps[name] = step
            times[name] = max(1, round(TURN / seconds(step, 3)))
    if "ours" not in steps:
        return
    gc.collect()
    gc.freeze()  # else each collection would search the modules of all peers, at the cost of whoever is measured
    turns: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(repeats):
        for name, step in steps.items():
            turns[name].append(seconds(step, times[name]))
    ours = turns.pop("ours")
    for name, theirs in turns.items():
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        aim = race.aims.get(name)
        verdict = "" if aim is None else f"{aim:>7.3g}{'' if ratio <= aim else '  MISSED'}"
        print(
            f"{race.name:<44}{show(statistics.median(ours)):>12}  {name:<24}{show(statistics.median(theirs)):>12}"
            f"{ratio:>8.3f}{verdict}",
            flush=True,
        )


def tell(fact: Fact, quick: bool) -> None:
    print(f"{fact.name:<44}  {fact.measure(quick)}", flush=True)


def show(duration: float) -> str:
    """A duration with three digits and its unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if duration >= size:
            return f"{duration / size:.3g} {unit}"
    return f"{duration * 1e9:.3g} ns"


def machine(threads: int) -> str:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"Python {platform.python_version()}, NumPy {np.__version__}, {threads} thread(s), "
        f"{os.cpu_count()} cores{load}; ratio: median of (our time / the peer's), below 1 we are faster"
    )
