"""The public names (ruff sorts them): there, documented, and with NumPy alone."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ["autograd", "nn", "optim"]


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
    program = (
        f"import sys; import {', '.join(PACKAGES)}; "
        "third = {m.partition('.')[0] for m in sys.modules} - set(sys.stdlib_module_names); "
        "print(*sorted(m for m in third if not m.startswith('_')))"
    )
    printed = subprocess.run([sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {program}"],
                             capture_output=True, text=True, check=True)  # fmt: skip
    assert set(printed.stdout.split()) == {"numpy", *PACKAGES}
