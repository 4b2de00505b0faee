"""The precision in which operands meet: real numbers, all of one kind."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.typing import A, Array

__all__ = ["cast"]


def cast(x: A, like: Array) -> A:
    """A real array in the precision of ``like``; one that is so already, or complex, is returned as it is."""
    same = x.dtype is like.dtype or x.dtype == like.dtype or x.dtype.kind == "c"
    return x if same else x.astype(like.dtype)


def operand(x: Any) -> Any:
    """A tensor or an array: lists become arrays, integers float64."""
    x = x if hasattr(x, "dtype") else np.asarray(x)
    return x if x.dtype.kind in "fc" else x.astype(np.float64)
