"""Native kernels: compiled twins of functions of NumPy, for large arrays, where numba is installed (extra ``fast``)."""

from .door import TWINS, Twin, native_here, raising, twin
from .table import table

__all__ = ["TWINS", "Twin", "native_here", "raising", "table", "twin"]
