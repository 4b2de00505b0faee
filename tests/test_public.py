"""The public names (ruff sorts them): there, documented, and with NumPy alone."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

PACKAGES = ["autograd", "nn", "optim"]


@pytest.mark.parametrize("name", PACKAGES)
def test_public_names_are_there_and_documented(name: str) -> None:
    package = importlib.import_module(name)
    assert len(package.__all__) == len(set(package.__all__))
    assert package.__doc__
    for public in package.__all__:
        assert getattr(package, public).__doc__, f"{name}.{public} has no docstring"


def test_numpy_is_all_that_an_import_needs() -> None:
    program = (
        f"import sys; import {', '.join(PACKAGES)}; "
        "third = {m.partition('.')[0] for m in sys.modules} - set(sys.stdlib_module_names); "
        "print(*sorted(m for m in third if not m.startswith('_')))"
    )
    printed = subprocess.run([sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {program}"],
                             capture_output=True, text=True, check=True)  # fmt: skip
    assert set(printed.stdout.split()) == {"numpy", *PACKAGES}
