"""Linear equations that SciPy solves by their form: Sylvester's, and those of banded matrices.

Convention: SciPy is imported at the first call. A rule solves the transposed equations.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ...declare import Operation, primitive
from ...extras import extra


def scipys(name: str, *arrays: Any) -> Any:
    """A function of ``scipy.linalg``, for these arrays; other libraries' may have ``__array_call__``."""
    for x in arrays:
        if not isinstance(x, np.ndarray) and hasattr(x, "__array_function__"):
            if hasattr(x, "__array_call__"):
                return functools.partial(x.__array_call__, scipys(name))
            raise TypeError(
                f"{name} is computed by SciPy, which takes NumPy's arrays alone, not a {type(x).__name__}: convert the "
                "tensor's array first"
            )
    return getattr(extra("scipy.linalg", "scipy", f"autograd.linalg.{name}"), name)


# ---------------------------------------------------------------- a y + y b = q


def _sylvester(a: Any, b: Any, q: Any) -> Any:
    kind = np.result_type(a, b, q)  # SciPy mistakes real matrices beside a complex q for triangular ones
    a, b, q = (x.astype(kind, copy=False) for x in (a, b, q))
    solve = scipys("solve_sylvester", a, b, q)
    if q.ndim == 2:
        return solve(a, b, q)
    y = np.empty_like(q)
    for k in np.ndindex(*q.shape[:-2]):
        y[k] = solve(a[k], b[k], q[k])
    return y


def _sylvester_pull(g: Any, a: Any, b: Any, y: Any) -> Any:
    """With aᵀ z + z bᵀ = g: -z yᵀ is the gradient of a, -yᵀ z that of b, and z that of q."""
    z = sylvester(a.mT, b.mT, g)
    return -z @ y.mT, -y.mT @ z, z


sylvester: Operation = primitive(
    _sylvester,
    _sylvester_pull,
    [
        lambda t, a, b, y: sylvester(a, b, -t @ y),
        lambda t, a, b, y: sylvester(a, b, -y @ t),
        lambda t, a, b: sylvester(a, b, t),
    ],
    inputs=["a", "b", "q"],
    joint=True,
    name="solve_sylvester",
)

# ---------------------------------------------------------------- a y = b, a banded


def _places(below: int, above: int, n: int) -> tuple[Any, Any, Any]:
    """For ab[above + i - j, j] = a[i, j]: the diagonals i - j of its rows, i of each element, and whether there is one.

    Elsewhere i is some index.
    """
    diagonals = np.arange(-above, below + 1)[:, None]
    i = np.arange(n) + diagonals
    return diagonals, np.clip(i, 0, n - 1), (i >= 0) & (i < n)


def transposed(ab: Any, below: int, above: int) -> Any:
    """The transpose of a banded matrix, whose bands are exchanged."""
    n = ab.shape[1]
    diagonals, i, inside = _places(above, below, n)
    return np.where(inside, ab[above - diagonals, i], 0)


def within(ab: Any, below: int, above: int) -> Any:
    """The bands, with 0 for the elements of ``ab`` that are none of the matrix."""
    return np.where(_places(below, above, ab.shape[1])[2], ab, 0)


def _times(ab: Any, y: Any, below: int, above: int) -> Any:
    """a y of a banded matrix: the bands of its transpose have its rows as columns."""
    rows = transposed(ab, below, above)
    _, j, _ = _places(above, below, ab.shape[1])
    return np.sum(rows * y[j], 0) if y.ndim == 1 else np.sum(rows[..., None] * y[j], 0)


def _banded(ab: Any, b: Any, below: int, above: int) -> Any:
    return scipys("solve_banded", ab, b)((below, above), ab, b)


def _banded_pull(g: Any, ab: Any, y: Any, below: int, above: int) -> Any:
    """With aᵀ z = g: z is the gradient of b, and -z_i y_j that of a_ij."""
    z = banded(transposed(ab, below, above), g, above, below)
    _, i, inside = _places(below, above, ab.shape[1])
    products = z[i] * y
    return np.where(inside, -products if y.ndim == 1 else -np.sum(products, -1), 0), z


def _banded_push(t: Any, ab: Any, y: Any, below: int, above: int) -> Any:
    return banded(ab, -_times(t, y, below, above), below, above)


banded: Operation = primitive(
    _banded,
    _banded_pull,
    [_banded_push, lambda t, ab, below, above: banded(ab, t, below, above)],
    inputs=["ab", "b"],
    joint=True,
    name="solve_banded",
)
