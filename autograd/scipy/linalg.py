"""``scipy.linalg``, with the functions of ``autograd.linalg``."""

from __future__ import annotations

from typing import Any

from .. import linalg as _ours
from ..hips.scipys import names as _names

globals().update(_names("linalg", _ours.__all__))


def __getattr__(name: str) -> Any:
    return getattr(_ours, name)
