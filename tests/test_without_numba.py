"""What `make test` runs a second time without numba really runs without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SEEN = """
import importlib.util, subprocess, sys
import numpy as np, optim
from autograd.native import native_here
from nn import functional
functional.gelu(np.ones(1 << 17, "f"))
found = importlib.util.find_spec("numba") is not None
try:
    import numba
except ModuleNotFoundError:
    pass
print(found, native_here(), "numba" in sys.modules)
if len(sys.argv) > 1:
    subprocess.run([sys.executable, "-c", sys.argv[1]], check=True)
"""


def seen(**environment: str) -> list[str]:
    """What a process and a child of it find of numba."""
    command = [sys.executable, "-c", SEEN, SEEN]
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | environment
    done = subprocess.run(command, env=variables, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_a_process_from_which_numba_is_hidden_finds_none_nor_do_its_children() -> None:
    assert seen(PYTHONPATH=str(ROOT / "tests" / "without_numba")) == ["False False False"] * 2


def test_where_it_is_not_hidden_it_is_found() -> None:
    pytest.importorskip("numba")
    assert seen(CHALKGRAD_NATIVE="") == ["True True True"] * 2


def test_make_test_runs_them_so() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ntest:")[2].partition("\n\n")[0]
    assert recipe.splitlines()[-2:] == [
        "\tPYTHONPATH=$(CURDIR)/tests/without_numba $(PYTEST) $(TWICE)", "\t$(PYTEST)",
    ]  # fmt: skip
