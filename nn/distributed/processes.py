"""The processes of this program: who am I, how many are we, and how one of them ends them all.

Convention: MPI starts when this is first asked for, and with one process all works too. Each kind of message has a
communicator of its own, so that they cannot be taken for each other. What a process raises, and does not catch, ends
the job: its traceback is printed under its number.
"""

from __future__ import annotations

import atexit
import functools
import os
import sys
import time
import traceback
from types import TracebackType
from typing import Any

from autograd.extras import extra

TIMEOUT = 600.0  # seconds that a process waits for the others
JOB = "CHALKGRAD_JOB"  # in the environment: a folder in which each process writes its number under its process id
SAID = "said"  # in that folder: what a process says last, under its number

LEFT, WAITS = 1, 2  # what processes say of themselves


class Ended(RuntimeError):
    """The job cannot go on, since other processes have left or are late."""


class World:
    """All processes that were started together.

    ``rank``, ``size``  the number of this process, from 0, and how many there are
    ``timeout``         seconds that it waits for the others before it ends the job
    ``gradients``       the communicator of gradients and parameters
    ``sums``            that of operations in a model, and of whatever a user sums up
    ``words``           that of what processes say of themselves: that they have left, that they wait
    ``models``          how many were shared so far
    ``broken``          what a backward pass raised here, which left the sums of a step unfinished
    ``kept``            the arrays that MPI may still write to after that
    ``scale``           by what the gradient of this process is multiplied before those of all are summed up
    """

    def __init__(self) -> None:
        self.mpi: Any = extra("mpi4py.MPI", "dist", "training in several processes")
        everyone = self.mpi.COMM_WORLD
        self.rank, self.size = int(everyone.rank), int(everyone.size)
        self.everyone = everyone
        self.gradients, self.sums, self.words = everyone.Dup(), everyone.Dup(), everyone.Dup()
        self.timeout = TIMEOUT
        self.scale = 1.0
        self.models = 0
        self.broken, self.kept = "", list[Any]()
        if self.size > 1:
            self._before = sys.excepthook
            sys.excepthook = self._raised
            atexit.register(self._leave)
        folder = os.environ.get(JOB, "")
        if os.path.isdir(folder):  # it is not on other machines
            with open(os.path.join(folder, str(os.getpid())), "w", encoding="utf-8") as file:
                file.write(str(self.rank))

    def _raised(self, kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        """What nobody caught ends the job: the others would wait for this process for ever."""
        sys.stdout.flush()
        if issubclass(kind, Ended):
            text = f"{error}\n"
        else:
            text = f"rank {self.rank} of {self.size} raised, which ends the job:\n"
            text += "".join(traceback.format_exception(kind, error, where))
        folder = os.path.join(os.environ.get(JOB, ""), SAID)
        if os.path.isdir(folder):  # mpiexec may end before it has passed on what was written last
            with open(os.path.join(folder, str(self.rank)), "w", encoding="utf-8") as file:
                file.write(text)
        sys.stderr.write(text)
        sys.stderr.flush()
        time.sleep(0.2)  # for it to be passed on
        self.everyone.Abort(130 if issubclass(kind, KeyboardInterrupt) else 1)

    def _leave(self) -> None:
        """Tell the others that this process has come to its end, so that nobody waits for it."""
        for other in range(self.size):
            if other != self.rank:
                self.words.Isend(b"", other, LEFT)


@functools.cache
def world() -> World:
    """The processes; MPI starts at the first call."""
    return World()


def init(timeout: float = TIMEOUT, threads: int | None = None) -> None:
    """Say how the processes work together; without it they do with these defaults.

    ``timeout``  seconds that a process waits for the others, in all that follows; then the job ends, with an error
                 that names those who are late
    ``threads``  that compute in each process; None: OMP_NUM_THREADS, or one where that is not set

    Needs mpi4py and an MPI, which ``pip install 'chalkgrad[dist]'`` installs.
    """
    if not timeout > 0:
        raise ValueError(f"init: timeout is a number of seconds above 0, got {timeout!r}")
    world().timeout = float(timeout)
    if threads is None and "OMP_NUM_THREADS" in os.environ:
        return
    count = 1 if threads is None else threads
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ValueError(f"init: threads is a number of threads, at least 1, got {threads!r}")
    extra("threadpoolctl", "dist", "setting the number of threads").threadpool_limits(count)
