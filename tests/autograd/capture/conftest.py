"""What the tests of captured functions share."""

from __future__ import annotations

import pytest


@pytest.fixture
def without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs run by NumPy's functions, also where numba can be had: their results are eager ones bit by bit."""
    monkeypatch.setenv("CHALKGRAD_MACHINE", "numpy")
