"""What takes the place of ordinary arrays, numbers and generators: computing with it is noted on a tape."""

from .array import Traced
from .drawing import Drawing, Drawn, Log
from .iterating import Iterated
from .kinds import of
from .number import Number
from .scalar import Scalar
from .values import compute

__all__ = ["Drawing", "Drawn", "Iterated", "Log", "Number", "Scalar", "Traced", "compute", "of"]
