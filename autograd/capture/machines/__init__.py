"""NumPy's machine: the calls of a program, each with its arrays bound; many on single numbers as few."""

from .calls import Failed, check
from .numpy_machine import NumPyMachine

__all__ = ["Failed", "NumPyMachine", "check"]
