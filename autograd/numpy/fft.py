"""NumPy's ``fft``: its functions take lists with tensors in them."""

from __future__ import annotations

from typing import Any

import numpy as _numpy

from ..hips.lists import at_home as _at_home
from ..hips.lists import namespace as _namespace

globals().update(_at_home(_namespace(_numpy.fft), __name__))


def __getattr__(name: str) -> Any:
    return getattr(_numpy.fft, name)
