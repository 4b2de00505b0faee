"""``scipy.special``: its ufuncs, and the functions of ``autograd.special``."""

from __future__ import annotations

from typing import Any

from .. import special as _ours
from ..hips.scipys import names as _names

_found = _names("special", _ours.__all__)
_found |= {name: getattr(_ours, name, thing) for name, thing in _found.items() if name not in _ours.__all__}
globals().update(_found)


def __getattr__(name: str) -> Any:
    return getattr(_ours, name)
