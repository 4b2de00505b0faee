"""What large arrays are computed by, which is imported when there is one: blocks, threads."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["LEAST", "MANY", "blockwise", "matrix_product"]

MANY = 1 << 18  # numbers: elementwise operations on arrays of more are done block by block
LEAST = 2048  # numbers: with a smaller factor it is not worth to look how large a product is
# Multiplications in a product of matrices. Below the first, OpenBLAS takes one thread itself. Up to the second, two
# gain a tenth at most (64 x 256 by 256 x 128: 50 us, and 44 by one), and take ten to a hundred times as long where
# another program has one of the cores, since each waits for the other.
SMALL, LARGE = 1 << 18, 1 << 23


def blockwise(function: Any, operands: Sequence[Any], options: Any = None, before: Any = None) -> Any:
    """``blocks.blockwise``."""
    return _blockwise()(function, operands, options or {}, before)


@functools.cache
def _blockwise() -> Callable[..., Any]:
    found: Callable[..., Any] = importlib.import_module("autograd.core.blocks").blockwise
    return found


@functools.cache
def _threads() -> Any:
    return importlib.import_module("autograd.threads")


def matrix_product(a: Any, b: Any) -> Any:
    """a @ b; of two matrices by one thread of BLAS where more do not pay."""
    if a.size > LEAST and a.ndim == 2 and SMALL < a.size * b.shape[-1] < LARGE and _threads().wanted() > 1:
        with _threads().single_blas:
            return a @ b
    return a @ b
