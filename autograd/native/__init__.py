"""Native kernels: compiled twins of functions of NumPy, for large arrays, where numba is installed (extra ``fast``)."""

from .door import FORMS, TWINS, Twin, native_here, on_gpu, raising, twin
from .table import table

__all__ = ["FORMS", "TWINS", "Twin", "native_here", "on_gpu", "raising", "table", "twin"]
