"""The public names (ruff sorts them): there, documented, and with NumPy alone."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from autograd.declare.registry import LATE

PACKAGES = ["autograd", "nn", "optim"]
ROOMS = {  # what ``import autograd, nn, optim`` imports of the engine
    "absent", "core", "declare", "environment", "functional", "late", "malloc", "namesake", "native", "ops",
    "tensor", "typing", "value",
}  # fmt: skip


@pytest.mark.parametrize("name", PACKAGES)
def test_public_names_are_there_and_documented(name: str) -> None:
    package = importlib.import_module(name)
    assert len(package.__all__) == len(set(package.__all__))
    assert package.__doc__
    for public in package.__all__:
        assert getattr(package, public).__doc__, f"{name}.{public} has no docstring"


@pytest.mark.parametrize("name", PACKAGES)
def test_names_that_come_late_are_those_that_a_type_checker_sees(name: str) -> None:
    """A name in one of the two lists alone would be missing at run time, or in an editor."""
    package = importlib.import_module(name)
    tree = ast.parse(Path(str(package.__file__)).read_text(encoding="utf-8"))
    seen = {}
    for statement in ast.walk(tree):
        if isinstance(statement, ast.ImportFrom) and statement.level:
            file = importlib.import_module(f".{statement.module}", name) if statement.module else package
            names = [alias.name for alias in statement.names]
            seen.update({n: getattr(file, n) for n in (file.__all__ if names == ["*"] else names)})
    assert set(package.__all__) <= set(seen) <= set(dir(package))
    for n, thing in seen.items():
        assert inspect.unwrap(getattr(package, n)) is inspect.unwrap(thing)  # ``capture`` is a package, and a function


def test_numpy_is_all_that_an_import_needs() -> None:
    """And of the library little: most is imported when it is asked for."""
    program = f"import sys; import {', '.join(PACKAGES)}; print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {program}"],
                             capture_output=True, text=True, check=True)  # fmt: skip
    loaded = set(printed.stdout.split())
    third = {name.partition(".")[0] for name in loaded} - set(sys.stdlib_module_names)
    assert {name for name in third if not name.startswith("_")} == {"numpy", *PACKAGES}
    assert {name for name in loaded if name.partition(".")[0] in ("nn", "optim")} == {"nn", "optim"}
    assert {name.split(".")[1] for name in loaded if name.startswith("autograd.")} == ROOMS
    assert not loaded & ({"dataclasses", "difflib", "numpy.fft", "string"} | set(LATE.values()))
