"""Which functions each check calls, and how long it takes."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Set
from typing import Any, NamedTuple

import numpy as np

from .checks import Check


class Reach(NamedTuple):
    """``calls`` are the ids of the codes that a check runs; ``seconds`` is its time, watched."""

    calls: frozenset[int]
    seconds: float


def reach(check: Check, known: Set[int]) -> Reach:
    """What a check calls of the functions whose codes have these ids. It must pass."""
    met: set[int] = set()

    def note(frame: Any, event: str, argument: Any) -> None:
        if event == "call" and id(frame.f_code) in known:
            met.add(id(frame.f_code))

    start = time.perf_counter()
    with quiet():
        sys.setprofile(note)
        try:
            check()
        finally:
            sys.setprofile(None)
    return Reach(frozenset(met), time.perf_counter() - start)


class quiet:
    """Warnings of mutants tell nothing."""

    def __enter__(self) -> None:
        self.warnings = warnings.catch_warnings()
        self.warnings.__enter__()
        warnings.simplefilter("ignore")
        self.errors = np.errstate(all="ignore")
        self.errors.__enter__()

    def __exit__(self, *exception: Any) -> None:
        self.errors.__exit__(*exception)
        self.warnings.__exit__(*exception)
