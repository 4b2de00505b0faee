"""Which machine runs a program: the native one where numba can be had, else NumPy's.

The environment variable CHALKGRAD_MACHINE, ``native`` or ``numpy``, says which, whatever there is.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys

from ...extras import extra
from ..machines import ForeignMachine, NumPyMachine
from ..program import Program

__all__ = ["machine_for"]

VARIABLE = "CHALKGRAD_MACHINE"


def machine_for(program: Program, checked: bool = False) -> NumPyMachine:
    """A machine for a program, with memory of its own; one that rounds as eager calls do, where these are compared."""
    if program.foreign:
        return ForeignMachine(program, checked)
    return chosen(os.environ.get(VARIABLE, "") or "numpy" * checked)(program)


@functools.cache
def chosen(wanted: str) -> type[NumPyMachine]:
    """The machine of this name; with none, the fastest that there is."""
    if wanted not in ("", "native", "numpy"):
        raise ValueError(f"{VARIABLE} is {wanted!r}; it can be 'native' or 'numpy'.")
    if wanted == "numpy":
        return NumPyMachine
    try:
        numba = extra("numba", "fast", "the native machine of capture")
    except ImportError as error:
        if wanted:
            raise
        print(f"capture: programs run by NumPy's functions; {error} to run them many times faster", file=sys.stderr)
        return NumPyMachine
    if numba.config.DISABLE_JIT:  # as debuggers and coverage tools ask numba to
        return NumPyMachine
    return importlib.import_module("autograd.capture.native").NativeMachine
