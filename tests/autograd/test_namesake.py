"""HIPS autograd is noticed: a warning if it is in the same environment, an error if it is in the same folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from autograd.namesake import check


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    (tmp_path / "autograd").mkdir()
    return tmp_path / "autograd"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site-packages").mkdir()
    return tmp_path / "site-packages"


def test_alone_nothing_is_said(ours: Path, site: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(str(ours), [str(site), "", str(site / "missing")])


def test_the_same_environment_warns(ours: Path, site: Path) -> None:
    (site / "autograd-1.8.0.dist-info").mkdir()
    with pytest.warns(UserWarning, match=r"autograd-1\.8\.0.*run on Chalkgrad.*pip uninstall"):
        check(str(ours), [str(site)])


@pytest.mark.parametrize("name", ["core.py", "numpy/numpy_wrapper.py"])
def test_the_same_folder_raises(ours: Path, name: str) -> None:
    (ours / "numpy").mkdir()
    (ours / name).touch()
    with pytest.raises(ImportError, match=r"one folder.*pip uninstall"):
        check(str(ours), [])


def test_its_files_over_ours_raise_at_once(tmp_path: Path) -> None:
    """pip installs it when a package asks for it; then its ``__init__`` is imported, and finds our ``core``."""
    source = Path(__file__).parents[2] / "autograd"
    shutil.copytree(source / "core", tmp_path / "autograd" / "core", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("namesake.py", "typing.py"):
        shutil.copy(source / name, tmp_path / "autograd")
    (tmp_path / "autograd" / "core.py").touch()
    (tmp_path / "autograd" / "__init__.py").write_text("from autograd.core import primitive")
    done = subprocess.run([sys.executable, "-c", "import autograd"], cwd=tmp_path, capture_output=True, text=True)
    assert "one folder" in done.stderr.splitlines()[-1] and "pip uninstall autograd chalkgrad" in done.stderr


def test_our_modules_under_its_names_are_ours() -> None:
    check(str(Path(__file__).parents[2] / "autograd"), [])
