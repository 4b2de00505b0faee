"""Linear equations: with a matrix of a known form, and of matrices with matrices.

Convention: SciPy's ``check_finite``, ``overwrite_a`` and their like change nothing here and are left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import plain
from ..ops.arguments import array, floats
from ..ops.complex import conj
from ..ops.linalg import systems
from ..typing import A as M
from ..typing import ArrayLike
from .given import square
from .structured import toeplitz
from .triangular import solve_triangular

__all__ = [
    "solve", "solve_banded", "solve_continuous_lyapunov", "solve_discrete_lyapunov", "solve_sylvester",
    "solve_toeplitz",
]  # fmt: skip

GENERAL = (None, "gen", "general", "banded")
MIRRORED = {"sym": False, "symmetric": False, "her": True, "hermitian": True, "pos": True, "positive definite": True}
DIRECT = 10  # from this size on the discrete equation is solved by the continuous one


def solve(a: M, b: ArrayLike, lower: bool = False, *, assume_a: str | None = None, transposed: bool = False) -> M:
    """The y with a y = b, of which a (..., n, n) is read as far as its form says; b and y are (n,) or (..., n, k).

    ``lower``       of a symmetric or Hermitian a, read the lower triangle, not the upper one
    ``assume_a``    None or "general", "diagonal", "tridiagonal", "banded", "upper triangular", "lower triangular",
                    "symmetric", "hermitian", "positive definite", or SciPy's "gen", "sym", "her", "pos"
    ``transposed``  solve aᵀ y = b
    """
    x: Any = square("solve", a)
    y: Any = array(b)
    if assume_a in MIRRORED:
        kept = np.tril(x) if lower else np.triu(x)
        across = np.tril(x, -1).mT if lower else np.triu(x, 1).mT
        x = kept + (conj(across) if MIRRORED[assume_a] else across)
    elif assume_a in ("upper triangular", "lower triangular", "diagonal", "tridiagonal"):
        above = {"lower triangular": 0, "diagonal": 0, "tridiagonal": 1}.get(assume_a)
        below = {"upper triangular": 0, "diagonal": 0, "tridiagonal": -1}.get(assume_a)
        x = x if above is None else np.tril(x, above)
        x = x if below is None else np.triu(x, below)
        if assume_a.endswith("triangular") and x.ndim == 2 and y.ndim < 3:
            return solve_triangular(x, y, 1 if transposed else 0, assume_a == "lower triangular")
    elif assume_a not in GENERAL:
        raise ValueError(f"solve: assume_a={assume_a!r} is none of 'general', 'symmetric', 'positive definite', ...")
    found: Any = np.linalg.solve(x.mT if transposed else x, y)
    return found


def solve_toeplitz(c_or_cr: M | tuple[M, M], b: ArrayLike) -> M:
    """The y with toeplitz(c, r) y = b.

    ``c_or_cr``  the first column c (n,), or the first column and the first row (c, r)
    ``b``        (n,) or (n, k), and y too
    """
    c, r = c_or_cr if isinstance(c_or_cr, tuple) else (c_or_cr, None)
    y: Any = np.linalg.solve(toeplitz(c, r), array(b))
    return y


def solve_banded(l_and_u: tuple[int, int], ab: M, b: M) -> M:
    """The y with a y = b, of a banded matrix a (n, n).

    ``l_and_u``  how many diagonals below and above the main one are not 0
    ``ab``       these diagonals, (l + u + 1, n): ab[u + i - j, j] is a[i, j]; what is none of a's is not read
    ``b``        (n,) or (n, k), and y too
    """
    below, above = (int(n) for n in l_and_u)
    bands: Any = floats(ab)
    right: Any = floats(b)
    if bands.ndim != 2 or bands.shape[0] != below + above + 1:
        raise ValueError(f"solve_banded: {below + above + 1} diagonals are (l + u + 1, n), got shape {bands.shape}")
    if right.ndim not in (1, 2) or right.shape[0] != bands.shape[1]:
        raise ValueError(f"solve_banded: b is (n,) or (n, k) with n = {bands.shape[1]}, got shape {right.shape}")
    y: Any = systems.banded(systems.within(bands, below, above), right, below, above)
    return y


# ---------------------------------------------------------------- of matrices with matrices


def solve_sylvester(a: M, b: M, q: M) -> M:
    """The y with a y + y b = q; a is (m, m), b (n, n), and q and y are (m, n).

    There is one if no eigenvalue of a is one of -b.
    """
    x, z = square("solve_sylvester", a), square("solve_sylvester", b)
    right: Any = floats(q)
    if x.ndim != 2 or z.ndim != 2 or right.shape != (x.shape[0], z.shape[0]):
        raise ValueError(f"solve_sylvester takes a (m, m), b (n, n) and q (m, n), got {x.shape}, {z.shape}, {q.shape}")
    y: Any = systems.sylvester(x, z, right)
    return y


def solve_continuous_lyapunov(a: M, q: ArrayLike) -> M:
    """The y with a y + y aᴴ = q, all of them (n, n)."""
    x: Any = square("solve_continuous_lyapunov", a)
    y: Any = solve_sylvester(x, conj(x.mT), array(q))
    return y


def solve_discrete_lyapunov(a: M, q: ArrayLike) -> M:
    """The y with y - a y aᴴ = q, all of them (n, n).

    Small equations are solved for all n² numbers at once, larger ones by the continuous equation of (a - 1)(a + 1)⁻¹.
    """
    x: Any = square("solve_discrete_lyapunov", a)
    z: Any = array(q)
    n = x.shape[-1]
    one = np.eye(n, dtype=x.dtype, like=plain(x))
    if n < DIRECT:
        all_at_once = np.eye(n * n, dtype=x.dtype, like=plain(x)) - np.kron(x, conj(x))
        found: Any = np.linalg.solve(all_at_once, z.reshape(-1)).reshape(n, n)
        return found
    inverse = np.linalg.inv(x + one)
    turned = inverse @ (x - one)
    return solve_continuous_lyapunov(turned, -2 * inverse @ z @ conj(inverse.mT))
