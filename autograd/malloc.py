"""Keep freed memory for the next array, instead of handing it back to the system after every operation.

Convention: on glibc only, once, at import. By default its ``malloc`` gives the pages of a freed large array back and
gets new ones, which must be zeroed and mapped, for the next: for results of 100 KB to some 30 MB that costs
several times the arithmetic (a new 40 MB result: 11 ms, a reused one: 5 ms). Set CHALKGRAD_MALLOC=0 to leave
``malloc`` as it is; thresholds set in the environment (MALLOC_TRIM_THRESHOLD_ and the like) are respected.
"""

from __future__ import annotations

import ctypes
import os
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # from malloc.h
KEPT = 1 << 29  # bytes at the top of the heap that are not handed back
LARGEST = 1 << 25  # the largest block that comes from the heap; glibc takes no more


def keep(environment: dict[str, str] | os._Environ[str] = os.environ) -> bool:
    """Ask glibc to keep memory; tell whether it agreed."""
    ours = environment.get("CHALKGRAD_MALLOC", "1") != "0" and not any(n.startswith("MALLOC_") for n in environment)
    if not ours or not sys.platform.startswith("linux") or "glibc" not in _libc():
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return bool(mallopt(M_MMAP_THRESHOLD, LARGEST)) and bool(mallopt(M_TRIM_THRESHOLD, KEPT))


def _libc() -> str:
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):
        return ""


KEEPING = keep()
