"""NumPy's ``random``, as it stands: a draw has no derivative, and is given plain numbers."""

from __future__ import annotations

from typing import Any

import numpy as _numpy

from ..hips.lists import namespace as _namespace

globals().update(_namespace(_numpy.random))


def __getattr__(name: str) -> Any:
    return getattr(_numpy.random, name)
