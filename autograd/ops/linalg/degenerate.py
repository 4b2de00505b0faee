"""What counts as equal or as zero within rounding, and what a derivative is there.

Convention: a decomposition whose vectors are not determined (equal eigenvalues, free phases) has no derivative with
respect to them: a gradient that needs one raises, a tangent is NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import plain


def dtype_epsilon(x: Any) -> float:
    """The relative precision of an array's numbers."""
    return float(np.finfo(x.dtype).eps)


def divided(d: Any, gap: Any, scale: Any, name: str) -> Any:
    """d / gap, and 0 where both are 0.

    A gap of 0 (to rounding, beside the largest eigenvalue ``scale``) under a d that is not 0 asks for the
    derivative of vectors that are not determined: in a gradient (``name`` says of what) that raises, in a tangent (no
    name) it is NaN.
    """
    size = np.abs(plain(gap))
    equal = size <= 4 * dtype_epsilon(size) * plain(scale)
    if not equal.any():
        return d / gap
    undetermined = equal & (plain(d) != 0)
    if undetermined.any():
        if name:
            raise np.linalg.LinAlgError(f"{name}, so the vectors that belong to them have no derivative")
        d = np.where(undetermined, np.nan, d)
    return np.where(equal, d, 0) + np.where(equal, 0, d) / np.where(equal, 1, gap)


def differences(w: Any) -> Any:
    """w_j - w_i at i, j."""
    return w[..., None, :] - w[..., :, None]


def largest(w: Any) -> Any:
    """The greatest modulus, with two axes to divide matrices by; 1 for an empty matrix."""
    return np.max(np.abs(plain(w)), axis=-1, initial=0)[..., None, None]


def refuse_phase(turning: Any, *gradients: Any) -> None:
    """Raise where a function changes when complex vectors are given other phases, which nothing determines."""
    size = max(np.abs(plain(g)).max(initial=0) for g in gradients)
    if np.abs(plain(turning)).max(initial=0) > dtype_epsilon(plain(turning)) ** 0.5 * size:
        raise np.linalg.LinAlgError(
            "the function depends on the phases of complex vectors, which are not determined, so it has no derivative"
        )


def diagonal(x: Any) -> Any:
    return np.diagonal(x, axis1=-2, axis2=-1)


def on_diagonal(v: Any) -> Any:
    """Diagonal matrices with these vectors on them."""
    return v[..., None] * np.eye(v.shape[-1], dtype=bool)


def off_diagonal(x: Any) -> Any:
    return x * ~np.eye(x.shape[-1], dtype=bool)
