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
        module.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    return module


def hips_python() -> str:
    """The Python of HIPS autograd, which shares our import name and so has an environment of its own."""
    python = os.environ.get("HIPS_PYTHON", str(HERE.parent / ".venv-hips" / "bin" / "python"))
    if not Path(python).exists():
        raise Skip(f"no {python}, which `make bench` makes; HIPS_PYTHON may name another")
    return python


class Hips:
    """A step of HIPS autograd, which runs in its own process and environment."""

    def __init__(self, case: str, **arguments: Any) -> None:
        self.process = subprocess.Popen(
            [hips_python(), "-I", str(HERE / "hips_worker.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._ask({"case": case, **arguments})

    def _ask(self, request: Any) -> Any:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise Skip("its process ended")
        return json.loads(answer)

    def __call__(self) -> None:
        self.seconds(1)

    def seconds(self, times: int) -> float:
        return float(self._ask(times))

    def result(self) -> list[float]:
        """The numbers that its step gives, one after another."""
        return [float(x) for x in self._ask("result")]

    def __del__(self) -> None:
        if hasattr(self, "process"):
            self.process.communicate()  # closes its input, which ends it
