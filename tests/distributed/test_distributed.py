"""Several processes compute what one does, and none waits for ever for one that failed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

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
    "late": "rank 0 has waited 2 s for the gradients of rank 1",
    "leaving": "rank 0 waits for the gradients of rank 1, which ended before",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The numbers of a training that nothing ended."""
    done = job(2, str(FOLDER / "faulty.py"), "whole", str(tmp_path_factory.mktemp("whole") / "saved.npz"))
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_the_job_and_the_last_checkpoint_resumes(fault: str, whole: list[str], tmp_path: Path) -> None:
    saved = tmp_path / "saved.npz"
    start = time.monotonic()
    done = job(2, str(FOLDER / "faulty.py"), fault, str(saved))
    assert time.monotonic() - start < 120  # it does not hang; how long it takes is not measured
    assert done.returncode and FAULTS[fault] in done.stderr, done.stderr
    assert saved.exists()
    again = job(2, str(FOLDER / "faulty.py"), "resumed", str(saved))
    assert again.stdout.splitlines() == whole, again.stderr


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


def test_the_launcher_says_what_is_missing(tmp_path: Path) -> None:
    assert "there is no program none.py" in job(2, "none.py").stderr
    assert "at least 1" in job(0, str(FOLDER / "faulty.py")).stderr
