"""What takes the place of arrays, numbers and generators: computing with it is noted on a tape."""

from .array import Traced
from .drawing import Drawing, Drawn, Log
from .foreign import Foreign, form_of, is_foreign, made
from .iterating import Iterated
from .kinds import Bare, of
from .number import Number
from .scalar import Scalar
from .values import compute

__all__ = [
    "Bare", "Drawing", "Drawn", "Foreign", "Iterated", "Log", "Number", "Scalar", "Traced", "compute", "form_of",
    "is_foreign", "made", "of",
]  # fmt: skip
