"""HIPS autograd beside us is noticed: a warning in the same environment, an error in the same folder."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from autograd.hips import check


def test_the_neighbour_is_noticed(tmp_path: Path) -> None:
    ours, site = tmp_path / "autograd", tmp_path / "site-packages"
    ours.mkdir()
    site.mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(str(ours), [str(site), "", str(tmp_path / "missing")])
    (site / "autograd-1.8.0.dist-info").mkdir()
    with pytest.warns(UserWarning, match=r"autograd-1\.8\.0.*different environments"):
        check(str(ours), [str(site)])
    (ours / "tracer.py").touch()
    with pytest.raises(ImportError, match=r"one folder.*pip uninstall"):
        check(str(ours), [])
