"""HIPS autograd is noticed: a warning if it is in the same environment, an error if it is in the same folder."""

from __future__ import annotations

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


def test_our_modules_under_its_names_are_ours() -> None:
    check(str(Path(__file__).parents[2] / "autograd"), [])
