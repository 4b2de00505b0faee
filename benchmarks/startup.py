"""The time that ``import autograd, nn, optim`` takes after NumPy, in fresh processes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

from .measure import Fact

PROGRAM = "import time, numpy; t = time.perf_counter(); import autograd, nn, optim; print(time.perf_counter() - t)"


def added(quick: bool) -> str:
    """The median time, as text."""
    command = [sys.executable, "-c", PROGRAM]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def once() -> float:
        return float(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)

    once()  # compiles the bytecode
    return f"{statistics.median(once() for _ in range(3 if quick else 15)) * 1e3:.1f} ms (aim: below 60)"


FACTS = [Fact("import autograd, nn, optim, after NumPy", added)]
