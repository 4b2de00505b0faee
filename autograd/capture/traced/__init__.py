"""Traced arrays and numbers: ordinary ones inside, and each NumPy call with them noted on a tape."""

from .arguments import noted, numbers
from .array import Traced
from .kinds import of
from .number import Number
from .scalar import Scalar

__all__ = ["Number", "Scalar", "Traced", "noted", "numbers", "of"]
