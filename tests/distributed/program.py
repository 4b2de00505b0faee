"""What each process of a job computes for the tests: every case alone, and together with the others.

Convention: a case is a function that raises if what the processes do together is not what one does alone. All cases run
in one job, as starting one takes seconds; each prints its name when it has passed. The last one leaves the processes
out of step.
"""

from __future__ import annotations

import sys
import warnings

from nn import distributed

from .cases import CASES, RANK

if __name__ == "__main__":
    warnings.simplefilter("ignore", RuntimeWarning)
    distributed.init(timeout=60)
    from . import steps, operations, trainings, mistakes  # isort: skip  # the last one ends as such

    assert mistakes and operations and steps and trainings
    for name in sys.argv[1:] or CASES:
        CASES[name]()
        if RANK == 0:
            print(f"passed: {name}", flush=True)
