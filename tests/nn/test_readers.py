"""Readers of files: of a file that went wrong they give what is in it, or say what is wrong; nothing else happens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..fuzz.choices import Choices
from ..fuzz.readers import READERS, hold, mutated


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=120, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_a_mutated_file_is_read_exactly_or_refused(name: str, data: Any, tmp_path_factory: Any) -> None:
    folder = Path(tmp_path_factory.getbasetemp()) / "readers"
    folder.mkdir(exist_ok=True)
    reader = READERS[name]
    hold(reader, mutated(reader, Choices.drawn(data)), folder / f"file{reader.suffix}")
