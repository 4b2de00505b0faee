"""``scipy.integrate``, with the functions of ``autograd.integrate``."""

from __future__ import annotations

from typing import Any

from .. import integrate as _ours
from ..hips.scipys import names as _names

globals().update(_names("integrate", []) | {name: getattr(_ours, name) for name in _ours.__all__})


def __getattr__(name: str) -> Any:
    return getattr(_ours, name)
