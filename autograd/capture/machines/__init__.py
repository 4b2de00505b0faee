"""NumPy's machine: the calls of a program, each with its arrays bound; many on single numbers as few.

Arrays of another library have a machine of their own, beside it.
"""

from .calls import Failed, check
from .foreign import ForeignMachine
from .numpy_machine import NumPyMachine

__all__ = ["Failed", "ForeignMachine", "NumPyMachine", "check"]
