"""Processes on two machines compute what one does, and end together, whatever happens on either.

Convention: the machines are namespaces of Linux on this one: each has its own network, name, mounts and shared memory,
and a cable between them. In the place of ssh is a script that enters one.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from .patience import within

pytest.importorskip("mpi4py", reason="training in several processes needs the extra dist")

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
IPS = {"alpha": "10.77.0.1", "beta": "10.77.0.2"}

MACHINE = """
set -e
mount --bind "$1/hosts" /etc/hosts
mount -t tmpfs none /dev/shm
mkdir -p "$1/own"
mount -t tmpfs none "$1/own"
hostname "$2"
ip link set lo up
echo made
read line
ip address add "$3/24" dev eth0
ip link set eth0 up
echo ready
read line  # until the tests have ended, however they do
"""
SSH = """#!/bin/sh
while [ "${1#-}" != "$1" ]; do shift; done
host=$1
shift
exec nsenter -t "$(cat "$FOLDER/$host")" --net --uts --mount --ipc sh -c "$*"
"""


class Machine:
    """One of them, which is there as long as this program holds its input.

    Raises OSError where it cannot be made.
    """

    def __init__(self, name: str, folder: Path) -> None:
        command = [
            "unshare",
            "--net",
            "--uts",
            "--mount",
            "--ipc",
            "sh",
            "-c",
            MACHINE,
            "sh",
            str(folder),
            name,
            IPS[name],
        ]
        self.folder = folder
        self.shell = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if self.line() != "made":
            _, told = self.shell.communicate()
            raise OSError(told.strip())
        (folder / name).write_text(str(self.shell.pid))
        self.before = self.processes()

    def line(self) -> str:
        assert self.shell.stdout is not None
        return self.shell.stdout.readline().rstrip()

    def begin(self) -> None:
        """The cable is there."""
        assert self.shell.stdin is not None
        print("go", file=self.shell.stdin, flush=True)
        assert self.line() == "ready"

    def connected(self) -> bool:
        """Whether the cable carries: the kernel finds out up to a second after both ends are up.

        UCX leaves out a network of which the kernel doesn't know yet, and then finds the other machine unreachable.
        """
        return "state UP" in self.inside("ip", "link", "show", "eth0").stdout

    def processes(self) -> set[int]:
        """Those in its network."""
        network, found = os.readlink(f"/proc/{self.shell.pid}/ns/net"), set[int]()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if os.readlink(process / "ns/net") == network:
                    found.add(int(process.name))
        return found

    def inside(self, *command: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
        """A program in a folder on this machine."""
        enter = ["nsenter", "-t", str(self.shell.pid), "--net", "--uts", "--mount", "--ipc"]
        return subprocess.run(
            [*enter, "sh", "-c", 'cd "$0" && GROUP=$$ exec "$@"', str(folder), *command], env=os.environ | environment,
            capture_output=True, text=True, timeout=240,
        )  # fmt: skip

    def end(self) -> None:
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.shell.communicate()


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Machine]]:
    tools = [tool for tool in ("unshare", "nsenter", "ip") if shutil.which(tool) is None]
    if sys.platform != "linux" or os.geteuid() or tools:
        pytest.skip(f"machines of namespaces need root on Linux, and {', '.join(tools) or 'its tools'}")
    folder = tmp_path_factory.mktemp("machines")
    (folder / "hosts").write_text("127.0.0.1 localhost\n" + "".join(f"{ip} {name}\n" for name, ip in IPS.items()))
    (folder / "ssh").write_text(SSH.replace("$FOLDER", str(folder)))
    (folder / "ssh").chmod(0o755)
    with ExitStack() as stack:
        found = list[Machine]()
        try:
            for name in IPS:
                found.append(Machine(name, folder))
                stack.callback(found[-1].end)
        except OSError as error:
            pytest.skip(f"this machine allows no namespaces: {error}")
        one, other = (["netns", str(machine.shell.pid)] for machine in found)
        cable = ["ip", "link", "add", "eth0", *one, "type", "veth", "peer", "eth0", *other]
        laid = subprocess.run(cable, capture_output=True, text=True)
        if laid.returncode:
            pytest.skip(f"this machine allows no cables between namespaces: {laid.stderr.strip()}")
        for machine in found:
            machine.begin()
        within(10, lambda: all(machine.connected() for machine in found), "the cable carries nothing")
        yield found


def job(
    machines: list[Machine], *command: str, hosts: str = "alpha,beta", processes: int = 2, folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    """A program on both, started on the first one; nothing of it is left on either."""
    done = machines[0].inside(
        sys.executable, "-m", "nn.distributed", "-n", str(processes), "--hosts", hosts, *command, folder=folder,
        PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1", PYTHONWARNINGS="", UCX_TLS="tcp,self", HYDRA_LAUNCHER="ssh",
        HYDRA_LAUNCHER_EXEC=str(machines[0].folder / "ssh"),
    )  # fmt: skip
    within(30, lambda: all(machine.processes() == machine.before for machine in machines), "processes are left")
    return done


def test_machines_compute_together_what_one_process_does(machines: list[Machine]) -> None:
    cases = ["gradients", "sharded", "begun", "trainer: means", "resumed"]
    done = job(machines, "-m", "tests.distributed.program", *cases, hosts="alpha:1,beta:2", processes=3)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"passed: {name}" for name in cases]
    assert not done.stderr  # as by MPI, about messages that nobody took


FAULTS = {
    "killed": "rank 1 on beta ended first, and the others with it; mpiexec says: SIGKILL",
    "silent": "rank 1 on beta ended first, and the others with it; mpiexec",  # which may not notice
    "raising": "rank 1 of 2 on beta raised, which ends the job",
    "leaving": "rank 0 on alpha waits for the gradients of rank 1 on beta, which ended before",
    "launcher": "",  # SIGKILL, after which nobody says anything
    "late": "rank 0 on alpha has waited 4 s for the gradients of rank 1 on beta",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_on_one_machine_ends_the_job_on_both(fault: str, machines: list[Machine], tmp_path: Path) -> None:
    done = job(machines, str(FOLDER / "faulty.py"), fault, str(tmp_path / "saved.npz"))
    assert done.returncode and FAULTS[fault] in done.stderr, done.stderr


def test_what_a_machine_lacks_is_said(machines: list[Machine]) -> None:
    own = machines[0].folder / "own"  # of each machine
    machines[0].inside("cp", str(FOLDER / "alone.py"), str(own))
    done = job(machines, str(own / "alone.py"), "quiet")
    assert "can't open file" in done.stderr and "rank 1 on beta ended first" in done.stderr, done.stderr
    (own.parent / "other.py").write_text("from nn import distributed; distributed.init()")
    machines[1].inside("cp", str(own.parent / "other.py"), str(own / "alone.py"))
    done = job(machines, str(own / "alone.py"), "quiet")
    assert f"rank 1 on beta runs another {own / 'alone.py'} than rank 0 on alpha" in done.stderr, done.stderr
    machines[0].inside("mkdir", str(own / "here"))
    done = job(machines, str(FOLDER / "alone.py"), "quiet", folder=own / "here")
    assert f"beta has no folder {own / 'here'}" in done.stderr, done.stderr
    python = os.path.realpath(sys.executable)
    machines[1].inside("mount", "--bind", "/dev/null", python)
    done = job(machines, str(FOLDER / "alone.py"), "quiet")
    machines[1].inside("umount", python)
    assert done.returncode and "a machine has no such Python" in done.stderr, done.stderr
