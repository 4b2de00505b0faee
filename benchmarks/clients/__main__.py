"""The runner: ``python -m benchmarks.clients THEIRS OURS [--rounds N]``, the Pythons of two environments.

`make clients` makes the environments: both hold lifelines, autograd-gamma and pymanopt; in the second, HIPS autograd is
uninstalled and this library installed. Convention: times are those of
the processor; a ratio is the median of paired ones, ours and theirs in turns.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

WORKER = Path(__file__).with_name("worker.py")
TOLERANCE = 1e-6  # of the numbers of a job, as far as its solver goes
LOOSER: dict[str, float] = {  # by the jobs whose solvers stop earlier
}


class Environment:
    """A process that runs jobs in one of the two environments."""

    def __init__(self, python: str) -> None:
        self.process = subprocess.Popen(
            [str(Path(python).absolute()), "-I", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
        )
        self.jobs, self.versions = self._read()

    def _read(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            sys.exit("a process ended; its error stands above")
        return json.loads(line)

    def run(self, job: str) -> tuple[list[float] | str, float]:
        """The numbers of a job, or its error; and the seconds it took."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        found, seconds = self._read()
        return found, seconds


def difference(ours: list[float], theirs: list[float]) -> float:
    """The largest relative difference of two lists of numbers."""
    if len(ours) != len(theirs):
        return math.inf
    scale = max(map(abs, theirs))
    apart = [abs(a - b) / max(abs(b), 1e-3 * scale, 1e-12) for a, b in zip(ours, theirs, strict=True)]
    return max(math.inf if math.isnan(x) else x for x in apart)


def main() -> None:
    """Run every job in both environments, compare the numbers, print the times."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clients", description=__doc__)
    parser.add_argument("theirs", help="the Python with HIPS autograd")
    parser.add_argument("ours", help="the Python with this library in its place")
    parser.add_argument("names", nargs="*", help="parts of the names of jobs (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of timings for each job (default 5)")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    theirs, ours = Environment(options.theirs), Environment(options.ours)
    print(", ".join(f"{name} {version}" for name, version in theirs.versions.items()))
    if "autograd" in ours.versions or "chalkgrad" not in ours.versions:
        sys.exit("the second environment should hold this library, and HIPS autograd no longer")
    print(f"{'':<58}{'difference':>12}{'theirs':>10}{'ours':>10}{'ratio':>8}")
    bad = 0
    for job in theirs.jobs:
        if options.names and not any(name in job for name in options.names):
            continue
        (right, _), (found, _) = theirs.run(job), ours.run(job)  # which warms both up, too
        if isinstance(right, str) or isinstance(found, str):
            print(f"{job:<58}theirs: {str(right)[:60]}; ours: {str(found)[:200]}", flush=True)
            bad += 1
            continue
        apart = difference(found, right)
        pairs = [(ours.run(job)[1], theirs.run(job)[1]) for _ in range(options.rounds)]
        ratio = statistics.median(a / b for a, b in pairs)
        mine, other = (statistics.median(turn) for turn in zip(*pairs, strict=True))
        late = apart > LOOSER.get(job, TOLERANCE)
        bad += late
        times = f"{other * 1e3:>7.0f} ms{mine * 1e3:>7.0f} ms{ratio:>8.2f}"
        print(f"{job:<58}{apart:>12.1e}{times}{'  DIFFERS' if late else ''}", flush=True)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
