"""The peers, loaded when a case needs them; missing ones are skipped with a note."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from .measure import Skip

HERE = Path(__file__).parent


def load(name: str) -> Any:
    """The module of a peer; raises Skip if it is not installed."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        raise Skip("not installed") from None
    if name == "torch":
        module.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    return module


def hips_python() -> str:
    """The Python of HIPS autograd, which shares our import name and so has an environment of its own."""
    python = os.environ.get("HIPS_PYTHON", str(HERE.parent / ".venv-hips" / "bin" / "python"))
    if not Path(python).exists():
        raise Skip(f"no {python}, which `make bench` makes; HIPS_PYTHON may name another")
    return python


class Worker:
    """A program in a process of its own, which answers each request, a line of JSON, with another."""

    def __init__(self, *command: str, cwd: str | None = None) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=cwd)

    def ask(self, request: Any) -> Any:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise Skip("its process ended")
        return json.loads(answer)

    def close(self) -> None:
        self.process.communicate()  # closes its input, which ends it


class Hips:
    """A step of HIPS autograd, which runs in its own process and environment."""

    def __init__(self, case: str, **arguments: Any) -> None:
        self.worker = Worker(hips_python(), "-I", str(HERE / "hips_worker.py"))
        self.worker.ask({"case": case, **arguments})

    def __call__(self) -> None:
        self.seconds(1)

    def seconds(self, times: int) -> float:
        return float(self.worker.ask(times))

    def result(self) -> list[float]:
        """The numbers that its step gives, one after another."""
        return [float(x) for x in self.worker.ask("result")]

    def __del__(self) -> None:
        if hasattr(self, "worker"):
            self.worker.close()
