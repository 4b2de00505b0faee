"""``python -m nn.distributed -n 4 train.py``: start a program in several processes, by the mpiexec beside Python."""

from __future__ import annotations

import argparse
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Any, TextIO

from .processes import JOB, SAID

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    options = parse(arguments)
    hosts = ["-hosts", options.hosts] if options.hosts else []
    program = ["-m", options.program] if options.module else [options.program]
    command = [mpiexec(), *hosts, "-n", str(options.processes), sys.executable, *program, *options.arguments]
    environment = dict(os.environ)
    for name in THREADS:
        environment.setdefault(name, str(options.threads))
    with tempfile.TemporaryDirectory() as folder:
        environment[JOB] = folder
        said = Path(folder) / SAID
        said.mkdir()
        jobs: list[subprocess.Popen[bytes]] = []

        def hand_on(number: int, frame: object) -> None:
            if not jobs:
                raise SystemExit(128 + number)
            jobs[0].send_signal(number)  # mpiexec hands it on to all processes

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, hand_on)
        # A group of its own: a Ctrl-C in the terminal comes to mpiexec once, from here. A second one would kill.
        job = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0,
            stdin=subprocess.DEVNULL if sys.stdin is None or sys.stdin.isatty() else None,
        )  # fmt: skip
        jobs.append(job)
        ends = {job.stdout: b"", job.stderr: b""}
        threads = [Thread(target=pass_on, args=(job.stdout, sys.stdout, ends), daemon=True)]
        threads.append(Thread(target=pass_on, args=(job.stderr, sys.stderr, ends), daemon=True))
        for thread in threads:
            thread.start()
        first = first_to_end(Path(folder), options.processes, job)
        code = job.wait()
        for thread in threads:
            thread.join()
        for note in sorted(said.iterdir()):
            text = note.read_text(encoding="utf-8")
            if text and text.splitlines()[-1].encode() not in ends[job.stderr]:
                sys.stderr.write(text)  # mpiexec has lost it
        if b"BAD TERMINATION" in b"".join(ends.values()):
            why = signal.Signals(code).name if code in list(signal.Signals) else f"exit code {code}"
            print(f"nn.distributed: {first} ended first, and the others with it; mpiexec says: {why}", file=sys.stderr)
    return code


def first_to_end(folder: Path, processes: int, job: subprocess.Popen[bytes]) -> str:
    """Wait until a process of the job has ended; say which one was the first, if it is on this machine.

    mpiexec names a process too, but not always the one that died.
    """
    if not hasattr(os, "pidfd_open"):
        return "a process"
    poll, ranks = select.poll(), dict[int, str]()
    noted = set[str]()
    pause = 5.0  # milliseconds
    while job.poll() is None:
        for note in (path for path in folder.iterdir() if path.is_file()):
            rank = note.read_text(encoding="utf-8")
            if note.name not in noted and rank:
                noted.add(note.name)
                try:
                    file = os.pidfd_open(int(note.name))
                except OSError:  # it has ended, or is on another machine
                    return f"rank {rank}"
                ranks[file] = rank
                poll.register(file, select.POLLIN)
        pause = min(pause * 1.02, 500.0)  # notes may never come: from other machines, or programs that train alone
        ended = poll.poll(pause if len(noted) < processes else None)
        if ended:
            found = sorted({ranks[file] for file, _ in ended}, key=int)
            return f"rank {found[0]}" if len(found) == 1 else f"one of ranks {' and '.join(found)}"
    return "a process"


def pass_on(pipe: Any, to: TextIO, ends: dict[Any, bytes]) -> None:
    """Write what comes from a ``pipe`` at once, and keep the end of it."""
    while some := os.read(pipe.fileno(), 65536):
        ends[pipe] = (ends[pipe] + some)[-4096:]
        to.write(some.decode(errors="replace"))
        to.flush()


if __name__ == "__main__":
    sys.exit(main())
