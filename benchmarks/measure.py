"""How to measure: all libraries in turns, in one run.

Convention: a figure is the median of paired ratios. A pair is one timing of ours and, right after it, one of the
peer's, so that other load on the machine affects both.
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
Maker = Callable[[], Step]  # prepares everything and returns the step to time

CASE = 58  # letters of the longest name of a case, and a space
HEAD = f"{'case':<{CASE}}{'ours':>12}  {'peer':<24}{'theirs':>12}{'ratio':>8}{'aim':>7}"
TURN = 0.02  # seconds: the least duration of a timing


@dataclass
class Race:
    """``ours`` against ``peers``, by name; ``aims`` are the ratios to stay below."""

    name: str
    ours: Maker
    peers: dict[str, Maker]
    aims: dict[str, float] = field(default_factory=dict)


@dataclass
class Fact:
    """A measurement without a peer: ``measure(quick)`` returns a text."""

    name: str
    measure: Callable[[bool], str]


class Skip(Exception):
    """Raised with the reason why a peer is not measured."""


def seconds(step: Step, times: int) -> float:
    """The mean duration of ``times`` calls. A step in another process measures itself."""
    if hasattr(step, "seconds"):
        return float(step.seconds(times))
    gc.collect()  # so that no step cleans up after the one before
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
            print(f"{race.name:<{CASE}}{'':>12}  {name:<24}skipped: {reason}", flush=True)
        except Exception as error:
            print(f"{race.name:<{CASE}}{'':>12}  {name:<24}FAILED: {str(error).partition(chr(10))[0]}", flush=True)
        else:
            steps[name] = step
            times[name] = max(1, round(TURN / seconds(step, 3)))
    if "ours" not in steps:
        return
    gc.collect()
    gc.freeze()  # else each collection searches the modules of all peers, which counts against the step being timed
    turns: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(repeats):
        for name, step in steps.items():
            turns[name].append(seconds(step, times[name]))
    ours = turns.pop("ours")
    if not turns:
        print(f"{race.name:<{CASE}}{show(statistics.median(ours)):>12}  without a peer", flush=True)
    for name, theirs in turns.items():
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        aim = race.aims.get(name)
        verdict = "" if aim is None else f"{aim:>7.3g}{'' if ratio <= aim else '  MISSED'}"
        print(
            f"{race.name:<{CASE}}{show(statistics.median(ours)):>12}  {name:<24}{show(statistics.median(theirs)):>12}"
            f"{ratio:>8.3f}{verdict}",
            flush=True,
        )


def tell(fact: Fact, quick: bool) -> None:
    """Measure a fact and print it."""
    print(f"{fact.name:<{CASE}}  {fact.measure(quick)}", flush=True)


def show(duration: float) -> str:
    """A duration with three digits and its unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if duration >= size:
            return f"{duration / size:.3g} {unit}"
    return f"{duration * 1e9:.3g} ns"


def machine(threads: int) -> str:
    """The first line of the output: what all figures depend on."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"Python {platform.python_version()}, NumPy {np.__version__}, {threads} thread(s), "
        f"{os.cpu_count()} cores{load}; ratio: median of (our time / the peer's); below 1 we are faster"
    )
