"""NumPy's state of floating-point errors: whether they raise, and calls while they are ignored.

Convention: NumPy keeps the state as an object in a context variable. To read and set that is cheap, ``np.geterr`` and
``np.errstate`` are not; they serve where a NumPy has no such variable. It is read where compiled twins are chosen, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..native import raising
from ..native.door import STATE

__all__ = ["ignoring", "raising"]

UMATH: Any = getattr(getattr(np, "_core", None), "umath", None)
IGNORE = UMATH._make_extobj(all="ignore") if STATE is not None and hasattr(UMATH, "_make_extobj") else None


def ignoring(call: Callable[[Any], Any], argument: Any) -> Any:
    """call(argument), without warnings of floating-point errors."""
    if IGNORE is None:
        with np.errstate(all="ignore"):
            return call(argument)
    token = STATE.set(IGNORE)
    try:
        return call(argument)
    finally:
        STATE.reset(token)
