"""The LAPACK that NumPy itself calls: factors of a matrix that are kept, and triangles.

Convention: Fortran's, so matrices lie column by column. Where NumPy's library cannot be reached, ``reached()`` is
false, and nothing else here is called.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any, NamedTuple

import numpy as np

from ...typing import NDArray

__all__ = ["LETTERS", "factor", "reached", "substitute", "triangular_inverse", "triangular_solve"]

LETTERS = {np.dtype(np.float32): "s", np.dtype(np.float64): "d",
           np.dtype(np.complex64): "c", np.dtype(np.complex128): "z"}  # fmt: skip
SPELLED = [("scipy_", "_64_"), ("", "_64_"), ("scipy_", "_"), ("", "_")]  # names in wheels, and in other builds
ONE = ctypes.c_size_t(1)  # how long a letter is: Fortran passes it behind all arguments


class Library(NamedTuple):
    """The library, how it spells names, and its integers."""

    library: Any
    prefix: str
    suffix: str
    integer: Any

    def __call__(self, letter: str, name: str, *given: Any) -> int:
        """Call a routine, whose last argument says how it went: that is the result."""
        found = self.integer(0)
        letters = [x for x in given if isinstance(x, bytes)]
        routine = getattr(self.library, f"{self.prefix}{letter}{name}{self.suffix}")
        routine(*map(self._passed, given), ctypes.byref(found), *[ONE] * len(letters))
        return int(found.value)

    def _passed(self, x: Any) -> Any:
        if isinstance(x, np.ndarray):
            return ctypes.c_void_p(x.ctypes.data)
        return ctypes.c_char_p(x) if isinstance(x, bytes) else ctypes.byref(self.integer(x))


@functools.cache
def library() -> Library | None:
    """The library as it is spelled here; None where it is not found, or computes something else."""
    try:
        loaded = ctypes.CDLL(np.linalg._umath_linalg.__file__)
    except (AttributeError, OSError, TypeError):
        return None
    for prefix, suffix in SPELLED:
        if hasattr(loaded, f"{prefix}dgetrf{suffix}") and hasattr(loaded, f"{prefix}dtrtri{suffix}"):
            return Library(loaded, prefix, suffix, ctypes.c_int64 if suffix == "_64_" else ctypes.c_int32)
    return None


@functools.cache
def reached() -> bool:
    """Can it be called, and does it solve a system as NumPy does?"""
    if library() is None:
        return False
    a = np.array([[0.0, 2.0, 1.0], [1.0, 1.0, 0.0], [3.0, 0.0, 1.0]])
    lu, pivots, x, low = np.empty((3, 3), order="F"), np.empty(3, np.int64), np.empty(3), np.empty((3, 3))
    try:
        factor(lu, pivots, a)
        substitute(x, lu, pivots, a[0], False)
        triangular_inverse(low, np.tril(a + 5), True)
    except np.linalg.LinAlgError:
        return False
    return np.allclose(a @ x, a[0]) and np.allclose(low @ np.tril(a + 5), np.eye(3))


def called(x: NDArray[Any], name: str, *given: Any) -> int:
    lapack = library()
    assert lapack is not None
    return lapack(LETTERS[x.dtype], name, *given)


def factor(lu: NDArray[Any], pivots: NDArray[Any], a: NDArray[Any]) -> None:
    """P a = L U, by partial pivoting; ``lu`` lies column by column. A singular matrix has a zero in U's diagonal."""
    np.copyto(lu, a)
    n = len(a)
    if called(lu, "getrf", n, n, lu, n, pivots) < 0:  # pragma: no cover  (a wrong argument)
        raise ValueError("getrf")


def singular(u: NDArray[Any]) -> None:
    """Raise what NumPy raises, where a triangle has no inverse."""
    if not u.diagonal().all():
        raise np.linalg.LinAlgError("Singular matrix")


def column_by_column(out: NDArray[Any]) -> NDArray[Any]:
    """Memory for a result that LAPACK can write to: the result's, if it lies so."""
    return out if out.flags.f_contiguous else np.empty_like(out, order="F")


def substitute(x: NDArray[Any], lu: NDArray[Any], pivots: NDArray[Any], b: NDArray[Any], transposed: bool) -> None:
    """a x = b, or aᵀ x = b, by the factors of a; ``b`` is a vector or a matrix."""
    singular(lu)
    own = column_by_column(x)
    np.copyto(own, b)
    n = len(lu)
    called(lu, "getrs", b"T" if transposed else b"N", n, own.size // n, lu, n, pivots, own, n)
    if own is not x:
        np.copyto(x, own)


def lying(a: NDArray[Any], lower: bool) -> tuple[NDArray[Any], bytes, bytes]:
    """A matrix column by column, maybe as its transpose: which triangle of it is meant, and is it the transpose?"""
    if a.flags.c_contiguous and not a.flags.f_contiguous:
        return a.T, b"U" if lower else b"L", b"T"
    return np.asfortranarray(a), b"L" if lower else b"U", b"N"


def triangular_solve(x: NDArray[Any], a: NDArray[Any], b: NDArray[Any], lower: bool) -> None:
    """a x = b for a triangle."""
    singular(a)
    own = column_by_column(x)
    np.copyto(own, b)
    n = len(a)
    columns, half, transposed = lying(a, lower)
    called(a, "trtrs", half, transposed, b"N", n, own.size // n, columns, n, own, n)
    if own is not x:
        np.copyto(x, own)


def triangular_inverse(x: NDArray[Any], a: NDArray[Any], lower: bool) -> None:
    """The inverse of a triangle, which is one of the same half."""
    singular(a)
    own = x if x.flags.c_contiguous else np.empty_like(x, order="C")
    np.copyto(own, a)
    n = len(a)
    called(a, "trtri", b"U" if lower else b"L", b"N", n, own, n)  # of the transposed matrix
    if own is not x:
        np.copyto(x, own)
