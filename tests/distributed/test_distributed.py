"""Several processes compute what one does, and none waits for ever for one that failed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from .patience import within

pytest.importorskip("mpi4py", reason="training in several processes needs the extra dist")

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent


def job(processes: int, *command: str, timeout: float = 240) -> subprocess.CompletedProcess[str]:
    """A program in several processes."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": ""}
    launcher = ["sh", "-c", 'GROUP=$$ exec "$0" "$@"', sys.executable, "-m", "nn.distributed", "-n", str(processes)]
    return subprocess.run(
        [*launcher, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout,
        start_new_session=True,
    )  # fmt: skip


@pytest.mark.parametrize("processes", [1, 2, 3, 4])
def test_processes_compute_together_what_one_does(processes: int) -> None:
    done = job(processes, "-m", "tests.distributed.program")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) > 35


FAULTS = {
    "killed": "1 ended first, and the others with it; mpiexec says: SIGKILL",
    "raising": "rank 1 of 2 raised, which ends the job",
    "writing": "0 ended first, and the others with it; mpiexec says: SIGKILL",
    "late": "rank 0 has waited 4 s for the gradients of rank 1",
    "leaving": "rank 0 waits for the gradients of rank 1, which ended before",
    "silent": "1 ended first, and the others with it; mpiexec says: ",
    "launcher": "",  # SIGKILL, after which nobody says anything
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The numbers of a training that nothing ended."""
    done = job(2, str(FOLDER / "faulty.py"), "whole", str(tmp_path_factory.mktemp("whole") / "saved.npz"))
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def has_ended(alive: Path) -> bool:
    """Has the process that holds the lock of a file?"""
    with open(alive) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_the_job_and_the_last_checkpoint_resumes(fault: str, whole: list[str], tmp_path: Path) -> None:
    saved = tmp_path / "saved.npz"
    start = time.monotonic()
    done = job(2, str(FOLDER / "faulty.py"), fault, str(saved))
    assert time.monotonic() - start < 120  # it does not hang; how long it takes is not measured
    assert done.returncode and FAULTS[fault] in done.stderr, done.stderr
    assert saved.exists()
    files = [tmp_path / f"alive{rank}" for rank in range(2)]
    within(60, lambda: all(map(has_ended, files)), "a process that should have ended holds its file")
    again = job(2, str(FOLDER / "faulty.py"), "resumed", str(saved))
    assert again.stdout.splitlines() == whole, again.stderr


def test_processes_that_wait_for_different_things_say_so(tmp_path: Path) -> None:
    """Long before the time-out: epochs of rank 1 have fewer steps."""
    done = job(2, str(FOLDER / "faulty.py"), "shorter", str(tmp_path / "saved.npz"))
    assert done.returncode and "nobody goes on" in done.stderr, done.stderr
    assert re.search(r"rank \d waits for .+, and rank \d for .+: nobody goes on", done.stderr), done.stderr


def test_of_several_processes_the_late_one_is_named() -> None:
    """Not those that wait for it too."""
    done = job(3, str(FOLDER / "alone.py"), "late")
    told = re.findall(r"rank \d has waited 3 s for the barrier of (.+?):", done.stderr)
    assert done.returncode and set(told) == {"rank 1"}, done.stderr


def test_an_interrupt_ends_all_processes_at_one_step(whole: list[str], tmp_path: Path) -> None:
    """It comes to one process alone, after the second epoch."""
    saved = tmp_path / "saved.npz"
    done = job(2, str(FOLDER / "faulty.py"), "interrupted", str(saved))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:2] == ["2", "Ctrl-C after 2 of 4 epochs"]
    again = job(2, str(FOLDER / "faulty.py"), "resumed", str(saved))
    assert again.stdout.splitlines() == whole, again.stderr


def test_a_terminals_interrupt_comes_to_each_process_once(tmp_path: Path) -> None:
    """It goes to all processes of the terminal, the launcher among them."""
    done = job(2, str(FOLDER / "faulty.py"), "terminal", str(tmp_path / "saved.npz"))
    assert done.returncode == 0, done.stderr
    assert "Ctrl-C after" in done.stdout, done.stdout


def test_rank_0_shows_the_bar_in_the_launchers_terminal(tmp_path: Path) -> None:
    """As one process would: the bar, and lines of their own, though mpiexec has pipes alone."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "nn.distributed", "-n", "2", str(FOLDER / "faulty.py"), "shown"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": ""}
    with subprocess.Popen(
        [*command, str(tmp_path / "saved.npz")], cwd=ROOT, env=environment, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        seen = b""
        with suppress(OSError):  # the end, on Linux
            while some := os.read(ours, 4096):
                seen += some
    os.close(ours)
    text = seen.decode()  # no letter was cut in two
    assert "%|" in text and "\u2588" in text and "epoch 4/4: 100%" in text, text
    assert re.search(r"\repoch 3/4  loss [^\r]+\r\n", text), text


def test_the_job_ends_when_nobody_reads_what_it_prints() -> None:
    """As after `| head`."""
    command = [sys.executable, "-m", "nn.distributed", "-n", "2", str(FOLDER / "alone.py"), "talking"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as launcher:
        assert launcher.stdout is not None
        assert launcher.stdout.readline() == b"and so on\n"
        launcher.stdout.close()
        assert launcher.wait(timeout=60)


def test_an_mpi_that_does_not_know_mpiexecs_processes_is_refused() -> None:
    """Each would train alone, in silence."""
    done = job(2, str(FOLDER / "alone.py"), "foreign")
    assert done.returncode and "2 processes were started, and MPI sees 1" in done.stderr, done.stderr


def test_the_launcher_says_what_is_missing(tmp_path: Path) -> None:
    assert "there is no program none.py" in job(2, "none.py").stderr
    assert "at least 1" in job(0, str(FOLDER / "faulty.py")).stderr
