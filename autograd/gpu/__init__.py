"""Arrays on a GPU: CuPy's, under NumPy's functions and operators. Imported when the first is met (extra ``gpu``)."""

from . import functions as functions
from .array import Array, entered, strided, taken
from .devices import array_of, cupy, device_of, moved
from .random import companion

__all__ = ["Array", "array_of", "companion", "cupy", "device_of", "entered", "moved", "strided", "taken"]
