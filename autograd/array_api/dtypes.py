"""Dtypes: the objects, what they can be cast to, and how large their numbers are.

Convention: a dtype is NumPy's, such as ``np.dtype("float64")``; every array's ``dtype`` is one. Promotion is NumPy's.
TypeError is raised for what is no dtype of numbers or truth values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..declare import plain
from ..typing import DTypeLike
from .given import Given, array, dtype_of, on_cpu

__all__ = [
    "astype", "bool", "can_cast", "complex64", "complex128", "finfo", "float32", "float64", "iinfo", "int8", "int16",
    "int32", "int64", "isdtype", "result_type", "uint8", "uint16", "uint32", "uint64",
]  # fmt: skip

bool = np.dtype(np.bool_)
int8, int16, int32, int64 = np.dtype(np.int8), np.dtype(np.int16), np.dtype(np.int32), np.dtype(np.int64)
uint8, uint16, uint32, uint64 = np.dtype(np.uint8), np.dtype(np.uint16), np.dtype(np.uint32), np.dtype(np.uint64)
float32, float64 = np.dtype(np.float32), np.dtype(np.float64)
complex64, complex128 = np.dtype(np.complex64), np.dtype(np.complex128)


def astype(x: Given, dtype: DTypeLike, /, *, copy: Any = True, device: Any = None) -> Any:
    """The numbers of x in another dtype; differentiable between floating and complex ones.

    ``x``       an array of any shape
    ``dtype``   what to cast to; TypeError is raised for a real one of complex numbers: take ``real(x)``
    ``copy``    whether x is copied where it has that dtype already
    ``device``  "cpu", or None
    """
    on_cpu(device)
    x, to = array(x), np.dtype(dtype)
    if x.dtype == to and not copy:
        return x
    if x.dtype.kind == "c" and to.kind in "iuf":
        raise TypeError(f"astype: {x.dtype} to {to} would drop the imaginary part: write real(x), or abs(x)")
    return x.copy() if x.dtype == to else x.astype(to)


def can_cast(from_: Any, to: DTypeLike, /) -> Any:
    """Does promotion lead from the dtype ``from_``, or from that of an array of any shape, to the dtype ``to``?"""
    return np.can_cast(getattr(plain(from_), "dtype", from_), to)


def result_type(*arrays_and_dtypes: Any) -> np.dtype[Any]:
    """The dtype that arrays, dtypes and Python's numbers of ``arrays_and_dtypes`` have together."""
    return np.result_type(*plain(arrays_and_dtypes))


def isdtype(dtype: DTypeLike, kind: Any) -> Any:
    """Is ``dtype`` of a ``kind``?

    ``dtype``  a dtype
    ``kind``   a dtype, one of "bool", "signed integer", "unsigned integer", "integral", "real floating", "complex
               floating" and "numeric", or a tuple of such
    """
    return np.isdtype(np.dtype(dtype), kind)


@dataclass(frozen=True)
class FloatInfo:
    """How precise and how large floating numbers are."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: np.dtype[Any]


@dataclass(frozen=True)
class IntInfo:
    """How large integers are."""

    bits: int
    max: int
    min: int
    dtype: np.dtype[Any]


def finfo(type: Any, /) -> FloatInfo:
    """``bits``, ``eps``, ``max``, ``min``, ``smallest_normal`` and ``dtype`` of floating numbers.

    ``type``  a floating or complex dtype, or an array of it, of any shape
    """
    found = np.finfo(_dtype(type))
    return FloatInfo(
        found.bits, float(found.eps), float(found.max), float(found.min), float(found.smallest_normal), found.dtype
    )


def iinfo(type: Any, /) -> IntInfo:
    """``bits``, ``max``, ``min`` and ``dtype`` of integers.

    ``type``  an integer dtype, or an array of it, of any shape
    """
    dtype = _dtype(type)
    found = np.iinfo(dtype)
    return IntInfo(found.bits, int(found.max), int(found.min), dtype)


def _dtype(type: Any) -> np.dtype[Any]:
    found = dtype_of(getattr(type, "dtype", type) if hasattr(type, "shape") and hasattr(type, "ndim") else type)
    if found is None:
        raise TypeError("a dtype or an array is wanted, got None")
    return found
