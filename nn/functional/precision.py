"""The precision in which operands meet: real numbers, all of one kind."""

from __future__ import annotations

from typing import Any

import numpy as np


def cast(x: Any, like: Any) -> Any:
    """A real input of another precision in that of ``like``; complex numbers stay as they are."""
    return x if x.dtype is like.dtype or x.dtype == like.dtype or x.dtype.kind == "c" else x.astype(like.dtype)


def operand(x: Any) -> Any:
    """A tensor or an array, lists as arrays and whole numbers as float64."""
    x = x if hasattr(x, "dtype") else np.asarray(x)
    return x if x.dtype.kind in "fc" else x.astype(np.float64)
