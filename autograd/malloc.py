"""Keep freed memory for the next array instead of returning it to the system after every operation.

Convention: on glibc only, once, at import. By default glibc's ``malloc`` returns the pages of a freed large array, and
the next array needs new ones, which must be mapped and zeroed. For results of 100 KB to some 30 MB that costs several
times the arithmetic (a new 40 MB result: 11 ms, a reused one: 5 ms). CHALKGRAD_MALLOC=0 leaves ``malloc`` alone;
thresholds set in the environment (MALLOC_TRIM_THRESHOLD_ and the like) are respected.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

import numpy as np

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_MMAP_MAX = -1, -3, -4  # from malloc.h
RESERVE = 1 << 29  # free bytes at the top of the heap that stay there
LARGEST = 1 << 25  # the largest block taken from the heap; glibc allows no more
HUGE = 1 << 28  # and the largest that ``room`` takes from there
MAPPED = 1 << 16  # how many blocks glibc may take elsewhere, unless told otherwise


def keep(environment: dict[str, str] | os._Environ[str] = os.environ) -> bool:
    """Ask glibc to keep memory; return whether it agreed."""
    wanted = environment.get("CHALKGRAD_MALLOC", "1") != "0" and not any(n.startswith("MALLOC_") for n in environment)
    if not wanted or not sys.platform.startswith("linux") or "glibc" not in _libc():
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return bool(mallopt(M_MMAP_THRESHOLD, LARGEST)) and bool(mallopt(M_TRIM_THRESHOLD, RESERVE))


def _libc() -> str:
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):
        return ""


KEEPING = keep()
MALLOPT: Any = ctypes.CDLL(None).mallopt if KEEPING else None


def room(shape: tuple[int, ...], dtype: np.dtype[Any], order: Any = "C") -> Any:
    """A new array, whose numbers are still to be computed. One of 32 to 256 MB is taken from the heap, too."""
    size = dtype.itemsize
    for n in shape:
        size *= n
    if not KEEPING or not LARGEST <= size <= HUGE:
        return np.empty(shape, dtype, order)
    MALLOPT(M_MMAP_MAX, 0)
    try:
        return np.empty(shape, dtype, order)
    finally:
        MALLOPT(M_MMAP_MAX, MAPPED)
