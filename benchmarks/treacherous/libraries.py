"""The libraries: the names that their programs use, and their versions. Each is loaded when it is asked for.

Convention: ``names(library)`` gives the function that ``judge`` asks for a program's parameters. HIPS autograd shares
our import name and so runs in its own process and environment: ``hips_worker.py`` does the same there.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..measure import Skip
from ..peers import hips_python, load
from .judging import Answer, Case, judge

HERE = Path(__file__).parent
TITLES = {
    "chalkgrad": "Chalkgrad", "pytorch": "PyTorch", "jax": "JAX", "hips": "HIPS autograd", "mygrad": "MyGrad",
}  # fmt: skip
WHENCE = {
    "chalkgrad": {"np": "numpy", "nn": "nn", "optim": "optim", "F": "nn.functional", "": "autograd"},
    "pytorch": {"np": "numpy", "torch": "torch", "nn": "torch.nn", "optim": "torch.optim", "F": "torch.nn.functional"},
    "jax": {"np": "numpy", "jax": "jax", "jnp": "jax.numpy", "": "jax"},
    "mygrad": {"np": "numpy", "mg": "mygrad"},
}


def names(library: str) -> Callable[[str], Any]:
    """Modules by the names that everybody gives them; other names are those of the library itself."""
    places = WHENCE[library]
    load({"chalkgrad": "autograd", "pytorch": "torch"}.get(library, library))

    def find(name: str) -> Any:
        if name in places:
            return importlib.import_module(places[name])
        return getattr(importlib.import_module(places[""]), name)

    return find


def version(library: str) -> str:
    """The version that is installed."""
    if library == "chalkgrad":  # this source, installed or not
        return str(
            tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
        )
    return importlib.metadata.version({"pytorch": "torch"}.get(library, library))


def answers(library: str, cases: list[Case]) -> tuple[str, dict[str, Answer]]:
    """The version of a library, and its answer to each case; raises Skip if it is not installed."""
    if library == "hips":
        return _hips({case.name for case in cases})
    find = names(library)
    with settings(library):
        return version(library), {case.name: judge(case, library, find) for case in cases}


@contextmanager
def settings(library: str) -> Iterator[None]:
    """What is set while a library answers, and set back for the benchmarks that follow."""
    if library == "pytorch":
        torch = load("torch")
        torch.set_warn_always(True)  # not only once in a process
        yield
        torch.set_warn_always(False)
    elif library == "jax":
        config = load("jax").config
        config.update("jax_enable_x64", True)
        yield
        config.update("jax_enable_x64", False)
    else:
        yield


def _hips(chosen: set[str]) -> tuple[str, dict[str, Answer]]:
    done = subprocess.run([hips_python(), "-I", str(HERE / "hips_worker.py")], capture_output=True, text=True)
    if done.returncode:
        raise Skip(f"its process failed: {done.stderr.strip().splitlines()[-1]}")
    said = json.loads(done.stdout.splitlines()[-1])
    return said["version"], {name: Answer(*answer) for name, answer in said["answers"].items() if name in chosen}
