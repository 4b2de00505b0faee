"""The time that ``import autograd, nn, optim`` takes after NumPy's own import, in fresh processes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

from .measure import Fact

PROGRAM = """
import time
start = time.perf_counter()
import numpy
between = time.perf_counter()
import autograd, nn, optim
print(between - start, time.perf_counter() - between)
"""


def added(quick: bool) -> str:
    """The median time, as text."""
    command = [sys.executable, "-c", PROGRAM]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def once() -> tuple[float, float]:
        printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
        numpys, ours = map(float, printed.split())
        return ours, ours / numpys

    once()  # compiles the bytecode
    ours, ratios = zip(*[once() for _ in range(3 if quick else 15)], strict=True)
    ratio = statistics.median(ratios)
    return f"{statistics.median(ours) * 1e3:.1f} ms, {ratio:.2f} of NumPy's own (aim: at most 0.50)"


FACTS = [Fact("import autograd, nn, optim, after NumPy", added)]
