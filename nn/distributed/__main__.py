"""``python -m nn.distributed -n 4 train.py``: start a program in several processes, by the mpiexec beside Python."""

from __future__ import annotations

import argparse
import codecs
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread, Timer
from typing import Any, TextIO

from . import entering
from .processes import TERMINAL
from .watching import ENDED, JOB, Watch

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
CLUSTERS = ("SLURM_JOB_ID", "PBS_NODEFILE", "LSB_MCPU_HOSTS", "PE_HOSTFILE", "COBALT_NODEFILE")
GRACE = 5.0  # seconds in which mpiexec can end a job of which a process has ended
PARTING = 60.0  # seconds in which a job can end that was asked to
GUARD = """
import contextlib, os, signal, sys
sys.stdin.read()
with contextlib.suppress(OSError):
    os.kill(int(sys.argv[1]), getattr(signal, "SIGKILL", signal.SIGTERM))
"""
FIX = "pip install 'chalkgrad[dist]', or install an MPI of your system"


def mpiexec() -> str:
    """The path of mpiexec: beside Python, or else the first one that the shell finds."""
    beside = [str(Path(sys.executable).parent), str(Path(sys.prefix) / "bin"), str(Path(sys.prefix) / "Scripts")]
    found = shutil.which("mpiexec", path=os.pathsep.join(beside)) or shutil.which("mpiexec")
    if found is None:
        raise SystemExit(f"nn.distributed: there is no mpiexec beside Python, nor anywhere else: {FIX}")
    return found


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(
        prog="python -m nn.distributed", description=(__doc__ or "").strip(), allow_abbrev=False
    )
    parser.add_argument("-n", "--processes", type=int, required=True, help="how many processes")
    parser.add_argument("--threads", type=int, default=1, help="threads that compute in each process: 1")
    parser.add_argument("--hosts", help="machines, as mpiexec takes them after -hosts")
    parser.add_argument("-m", dest="module", action="store_true", help="the program is a module, as after python -m")
    parser.add_argument("program", help="a Python program")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="what it gets")
    options = parser.parse_args(arguments)
    if options.processes < 1 or options.threads < 1:
        parser.error("-n and --threads are at least 1")
    if not options.module and not Path(options.program).exists():
        parser.error(f"there is no program {options.program}")
    return options


def machines(options: argparse.Namespace) -> list[str]:
    """Those that the processes run on, or this one's name if a cluster knows them; none if they run here."""
    found: list[str] = (options.hosts or "").split(",")
    if not options.hosts and (file := os.environ.get("HYDRA_HOST_FILE")):
        found = [line.partition("#")[0].strip() for line in Path(file).read_text(encoding="utf-8").splitlines()]
    elif not options.hosts and any(name in os.environ for name in CLUSTERS):
        found = [socket.gethostname()]
    return [host.partition(":")[0] for host in found if host]


def command(options: argparse.Namespace) -> list[str]:
    """What starts the processes."""
    count = str(options.processes)
    hosts = ["-hosts", options.hosts] if options.hosts else []
    hosts += ["-wdir", "/"] if machines(options) else []  # which all have
    program = ["-m", options.program] if options.module else [options.program]
    if hasattr(os, "fork"):  # elsewhere a process cannot become another
        program = ["-ISc", Path(entering.__file__).read_text(encoding="utf-8"), count, os.getcwd(), *program]
    return [mpiexec(), *hosts, "-n", count, sys.executable, *program, *options.arguments]


def environment(options: argparse.Namespace) -> dict[str, str]:
    """That of all processes; mpiexec gives it to other machines too."""
    found = dict(os.environ)
    for name in THREADS:
        found.setdefault(name, str(options.threads))
    if sys.stderr.isatty():
        columns = os.get_terminal_size(sys.stderr.fileno()).columns or 80
        found[TERMINAL] = f"{columns},lines" if sys.stdout.isatty() else f"{columns}"
    return found


class Job:
    """A job of mpiexec's, and who watches its processes.

    ``missed``  did mpiexec not end in time, so that it was ended?
    ``ends``    the ends of what it wrote, as output and as errors
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.missed = False
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and (name != "SIGHUP" or signal.getsignal(number) != signal.SIG_IGN):  # nohup's
                signal.signal(number, self.hand_on)
        self.watch = Watch(machines(options), self.end_soon)
        # A session of its own: a Ctrl-C in the terminal comes to mpiexec once, from here, as a second one would kill;
        # and ssh cannot stop in the background to ask for a password.
        self.process = subprocess.Popen(
            command(options), env=environment(options) | {JOB: self.watch.address}, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True,
            stdin=subprocess.DEVNULL if sys.stdin is None or sys.stdin.isatty() else None,
        )  # fmt: skip
        self.ends = {self.process.stdout: b"", self.process.stderr: b""}

    def hand_on(self, number: int, frame: object) -> None:
        """Give mpiexec a signal, which it hands on to all processes."""
        if self.process is None:
            raise SystemExit(128 + number)
        self.process.send_signal(number)
        if number != signal.SIGINT:  # after which a trainer ends in its own time
            self.end_soon(PARTING)

    def end_soon(self, seconds: float = GRACE) -> None:
        """End it if it does not end by itself: mpiexec does not always notice what happens on other machines."""
        after = Timer(seconds, self.end)
        after.daemon = True
        after.start()

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.missed = True
            self.process.kill()  # its processes end with it, on all machines

    def pass_on(self, pipe: Any, to: TextIO) -> None:
        """Write what comes from a ``pipe`` at once, and keep the end of it; close it where nobody reads."""
        out: Any = getattr(to, "buffer", None)
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        with pipe:
            while some := os.read(pipe.fileno(), 65536):
                self.ends[pipe] = (self.ends[pipe] + some)[-4096:]
                if b"execvp error" in some and to is sys.stderr:
                    self.watch.first = self.watch.first or "a machine has no such Python, and the job ended"
                    self.end_soon()  # mpiexec would wait for ever
                try:
                    to.write(decoder.decode(some)) if out is None else out.write(some)
                    to.flush()
                except OSError:
                    return

    def wait(self) -> int:
        """Until it has ended; returns its exit code, which is negative for a signal."""
        assert self.process is not None
        threads = [
            Thread(target=self.pass_on, args=(pipe, to), daemon=True)
            for pipe, to in ((self.process.stdout, sys.stdout), (self.process.stderr, sys.stderr))
        ]
        for thread in threads:
            thread.start()
        with outlived(self.process):
            code = self.process.wait()
        for thread in threads:
            thread.join(GRACE)
        return code

    def tell(self, code: int) -> None:
        """Say what mpiexec does not, or has lost: who ended first, and what processes said last."""
        assert self.process is not None
        last = [text for _, text in sorted(self.watch.said.items()) if text]
        for text in last:
            if text.splitlines()[-1].encode() not in self.ends[self.process.stderr]:
                sys.stderr.write(text)
        told = b"".join(self.ends.values())
        silent = code > 0 and self.watch.first and not last
        if b"BAD TERMINATION" in told or self.missed or silent:
            number = int(re.findall(rb"EXIT CODE: (\d+)|$", told)[0] or max(code, 0))
            says = signal.Signals(number).name if number in list(signal.Signals) else f"exit code {number}"
            says = f"mpiexec says: {says}" if number else "mpiexec did not notice"
            print(f"nn.distributed: {self.watch.first or f'a process {ENDED}'}; {says}", file=sys.stderr)
        elif code < 0:
            print(f"nn.distributed: mpiexec was ended by {signal.Signals(-code).name}", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    job = Job(parse(arguments))
    code = job.wait()
    job.tell(code)
    return code if code >= 0 else 1 if job.missed else 128 - code


@contextmanager
def outlived(job: subprocess.Popen[bytes]) -> Iterator[None]:
    """Let a small process end the job when this one is gone, even by SIGKILL: a pipe between them closes then."""
    guard = subprocess.Popen(
        [sys.executable, "-ISc", GUARD, str(job.pid)], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        yield
    finally:
        guard.kill()
        guard.communicate()


if __name__ == "__main__":
    sys.exit(main())
