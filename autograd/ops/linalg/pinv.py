"""The pseudo-inverse, and least squares, whose solution is pinv(a) b.

Convention: the derivative holds for any rank, while the rank stays the same; singular values below the cut-off count
as zero. G. Golub, V. Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems", 1973.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import composed, plain, primitive
from ..arguments import array, floats
from ..complex import adjoint
from .degenerate import dtype_epsilon, unusual
from .matmul import matmul
from .triangles import mirrored


def _pinv(a: Any, rcond: Any = None, rtol: Any = None) -> Any:
    return np.linalg.pinv(a, rcond) if rtol is None else np.linalg.pinv(a, rtol=rtol)


def _scaled(rule: Callable[[Any, Any, Any], Any], d: Any, x: Any, y: Any) -> Any:
    """rule(d, x, y), with y scaled by powers of 2 where it is so large or small that products of three overflow."""
    c = unusual(y)
    if c is None:
        return rule(d, x, y)
    return c * (c * rule(d, x * c, y / c))


def _pull(g: Any, x: Any, y: Any) -> Any:
    m = g.mT @ y @ adjoint(y)  # for the second term
    n = adjoint(y) @ y @ g.mT  # for the third
    return -y.mT @ g @ y.mT + np.conjugate(m - x @ (y @ m)) + np.conjugate(n - (n @ y) @ x)


def _push(t: Any, x: Any, y: Any) -> Any:
    h = adjoint(t)
    m, n = y @ (adjoint(y) @ h), h @ (adjoint(y) @ y)
    return -y @ t @ y + (m - (m @ x) @ y) + (n - y @ (x @ n))


# dy = -y t y + y yᴴ tᴴ (1 - x y) + (1 - y x) tᴴ yᴴ y
pseudo_inverse = primitive(
    _pinv,
    pull=lambda g, x, y: _scaled(_pull, g, x, y),
    push=lambda t, x, y: _scaled(_push, t, x, y),
    name="pinv",
)


@composed(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """The pseudo-inverse; with ``hermitian`` of the lower triangle, which alone has a gradient then."""
    return pseudo_inverse(mirrored(array(a)) if hermitian else a, rcond, None if rtol is np._NoValue else rtol)


@composed(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: float | None = None) -> tuple[Any, Any, int, Any]:
    """The shortest y that minimises |a y - b|², the squared residuals, the rank and the singular values of a."""
    a, b = array(a), array(b)
    if a.ndim != 2 or b.ndim not in (1, 2):
        raise np.linalg.LinAlgError(f"lstsq takes a matrix a and a vector or matrix b, got {a.shape} and {b.shape}")
    m, n = a.shape
    if rcond is None:
        rcond = dtype_epsilon(floats(a)) * max(m, n)
    elif rcond == -1:
        rcond = dtype_epsilon(a)
    s = np.linalg.svdvals(a)
    rank = int((plain(s) > rcond * plain(s)[:1]).sum())
    y = matmul(pinv(a, rcond), b)
    if rank < n or m <= n:
        return y, np.zeros_like(plain(b), shape=(0,), dtype=plain(s).dtype), rank, s
    rest = b - matmul(a, y)
    square = np.sum(np.real(rest * np.conjugate(rest)), axis=0)
    return y, np.reshape(square, (1,)) if b.ndim == 1 else square, rank, s
