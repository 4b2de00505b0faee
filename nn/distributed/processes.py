"""The processes of this program: who am I, how many are we, and how one of them ends them all.

Convention: MPI starts when this is first asked for, and with one process all works too. Each kind of message has a
communicator of its own, so that they cannot be taken for each other. What a process raises, and does not catch, ends
the job: its traceback is printed under its number.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import signal
import sys
import time
import traceback
import zlib
from types import TracebackType
from typing import Any

from autograd.extras import extra

from .watching import Line

TIMEOUT = 600.0  # seconds that a process waits for the others
TERMINAL = "CHALKGRAD_TERMINAL"  # in the environment: the columns of the launcher's; ",lines" if output goes there too

LEFT, WAITS = 1, 2  # what processes say of themselves


class Ended(RuntimeError):
    """The job cannot go on, since other processes have left or are late."""


class World:
    """All processes that were started together.

    ``rank``, ``size``  the number of this process, from 0, and how many there are
    ``others``          the numbers of the other processes
    ``hosts``           the machine of each process
    ``launcher``        the line to the launcher
    ``timeout``         seconds that it waits for the others before it ends the job
    ``gradients``       the communicator of gradients and parameters
    ``sums``            that of operations in a model, and of whatever a user sums up
    ``words``           that of what processes say of themselves: that they have left, that they wait
    ``standing``        what others have said that they wait for, by rank; nothing of those who go on
    ``said``            the same of this process
    ``sent``            the messages that say it: MPI reads them until they are sent
    ``models``          how many were shared so far
    ``broken``          what a backward pass raised here, which left the sums of a step unfinished
    ``kept``            the arrays that MPI may still write to after that
    ``scale``           by what the gradient of this process is multiplied before those of all are summed up
    """

    def __init__(self) -> None:
        self.launcher = Line()
        self.launcher.say(begins=True)  # MPI waits until all do
        self.mpi: Any = extra("mpi4py.MPI", "dist", "training in several processes")
        everyone = self.mpi.COMM_WORLD
        self.rank, self.size = int(everyone.rank), int(everyone.size)
        self.others = [rank for rank in range(self.size) if rank != self.rank]
        if self.launcher.processes not in (0, self.size):
            raise RuntimeError(
                f"nn.distributed: {self.launcher.processes} processes were started, and MPI sees {self.size}: mpi4py "
                "belongs to another MPI than mpiexec; pip install 'chalkgrad[dist]' has both from one place"
            )
        self.everyone = everyone
        self.gradients, self.sums, self.words = everyone.Dup(), everyone.Dup(), everyone.Dup()
        self.timeout = TIMEOUT
        self.scale = 1.0
        self.models = 0
        self.standing, self.said, self.sent = dict[int, str](), "", list[Any]()
        self.broken, self.kept = "", list[Any]()
        told = everyone.allgather((str(self.mpi.Get_processor_name()), *program()))
        self.hosts = [host for host, *_ in told]
        for rank, (_, path, mark) in enumerate(told):
            if path == told[0][1] and mark != told[0][2]:
                raise RuntimeError(
                    f"{self.named(rank)} runs another {path} than {self.named(0)}: copy it to all machines"
                )
        atexit.register(self._leave)
        if self.size > 1:
            self._before = sys.excepthook
            sys.excepthook = self._raised

    def named(self, *ranks: int) -> str:
        """ranks 1 and 3; ranks 1 on alpha and 3 on beta, where there are several machines."""
        names = [f"{rank}{self.place(rank)}" for rank in ranks]
        if len(names) < 2:
            return f"rank {''.join(names)}"
        return f"ranks {', '.join(names[:-1])} and {names[-1]}"

    def place(self, rank: int) -> str:
        """on beta; nothing where there is one machine."""
        return f" on {self.hosts[rank]}" if len(set(self.hosts)) > 1 else ""

    def _raised(self, kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        """What nobody caught ends the job: the others would wait for this process for ever."""
        sys.stdout.flush()
        if issubclass(kind, Ended):
            text = f"{error}\n"
        else:
            text = f"rank {self.rank} of {self.size}{self.place(self.rank)} raised, which ends the job:\n"
            text += "".join(traceback.format_exception(kind, error, where))
        self.launcher.say(last=text)  # mpiexec may end before it has passed on what was written last
        sys.stderr.write(text)
        sys.stderr.flush()
        time.sleep(0.2)  # for it to be passed on
        self._abort(130 if issubclass(kind, KeyboardInterrupt) else 1)

    def _abort(self, code: int) -> None:
        """End the job; at least this process, where MPI waits for a machine that is cut off."""
        if hasattr(signal, "alarm"):
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(10)
        self.everyone.Abort(code)

    def stand(self, what: str) -> None:
        """Tell the others what this process waits for, unless they know; nothing, once it goes on."""
        if what == self.said:
            return
        self.said = what
        text = bytearray(what, "utf-8")
        self.sent = [(request, kept) for request, kept in self.sent if not request.Test()]
        self.sent += [(self.words.Isend(text, other, WAITS), text) for other in self.others]

    def hear(self, other: int) -> str:
        """What another process has said last that it waits for."""
        status = self.mpi.Status()
        while self.words.Iprobe(other, WAITS, status):
            text = bytearray(status.Get_count())
            self.words.Recv(text, other, WAITS)
            self.standing[other] = text.decode("utf-8")
        return self.standing.get(other, "")

    def _leave(self) -> None:
        """Tell the others that this process has come to its end, so that nobody waits for it; wait for their ends.

        MPI would wait for them too, but at full speed.
        """
        if self.size > 1 and not self.mpi.Is_finalized():
            sent = [self.words.Isend(b"", other, LEFT) for other in self.others]
            pause = 1e-4
            while not all(self.words.Iprobe(other, LEFT) for other in self.others):
                time.sleep(pause)
                pause = min(pause * 1.2, 0.02)
                if self.launcher.gone():
                    self._abort(1)
            for other in self.others:
                self.words.Recv(bytearray(), other, LEFT)
                self.hear(other)
            self.mpi.Request.Waitall([*sent, *[request for request, _ in self.sent]])
        self.launcher.say(leaves=True)


def program() -> tuple[str, int]:
    """The path of the program, and a number that tells it from others."""
    path = getattr(sys.modules["__main__"], "__file__", None) or ""
    with contextlib.suppress(OSError), open(path, "rb") as file:
        return path, zlib.crc32(file.read())
    return path, 0


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
