"""Which machine runs a program."""

from __future__ import annotations

from .numpy_machine import NumPyMachine
from .program import Program

__all__ = ["machine_for"]


def machine_for(program: Program) -> NumPyMachine:
    """A machine for a program, with memory of its own."""
    return NumPyMachine(program)
