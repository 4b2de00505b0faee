"""NumPy's machine: the calls of a program, each with its arrays bound; many on single numbers as few."""

from .numpy_machine import Failed, NumPyMachine, check

__all__ = ["Failed", "NumPyMachine", "check"]
