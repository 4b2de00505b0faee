"""Linear interpolation between points."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, plain
from .arguments import together
from .copy import cast


@composed(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: float | None = None) -> Any:
    """The line through the points (xp, fp), straight between them, at x; differentiable in all three.

    Outside xp: left (else fp[0]) and right (else fp[-1]); with a period, xp is taken modulo it.
    """
    x, xp, fp = together(x, xp, fp)
    if xp.ndim != 1 or fp.ndim != 1 or len(xp) != len(fp) or len(xp) == 0:
        raise ValueError(f"interp: xp {xp.shape} and fp {fp.shape} must be two sequences of the same length, not empty")
    x, xp, fp = (cast(v, np.result_type(v.dtype, np.float64)) for v in (x, xp, fp))  # as NumPy does
    if period is not None:
        if period == 0:
            raise ValueError("interp: period must not be 0")
        period, left, right = abs(period), None, None
        x, xp = x % period, xp % period
        order = np.argsort(plain(xp))
        xp, fp = xp[order], fp[order]
        xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = np.concatenate([fp[-1:], fp, fp[:1]])
    points, corners = plain(x), plain(xp)
    y = _inside(x, xp, fp) if len(corners) > 1 else fp[np.zeros_like(points, int)]
    y = np.where(points < corners[0], fp[0] if left is None else left, y)
    return np.where(points > corners[-1], fp[-1] if right is None else right, y)


def _inside(x: Any, xp: Any, fp: Any) -> Any:
    """The line over the piece that begins at or before x, through the corner of it from which NumPy computes.

    That is its first corner, the second at the very end and where the first gives NaN. Where neither gives a number (a
    step, infinite neighbours), the value at the corner itself is the result, and y does not depend on x.
    """
    points, corners, values = plain(x), plain(xp), plain(fp)
    last = len(corners) - 1
    nearest = np.clip(np.searchsorted(corners, points, side="right") - 1, 0, last)
    k = np.minimum(nearest, last - 1)
    with np.errstate(all="ignore"):
        slope = (values[k + 1] - values[k]) / (corners[k + 1] - corners[k])
        at = nearest + (np.isnan(slope * (points - corners[nearest]) + values[nearest]) & (nearest < last))
        lost = np.isnan(slope * (points - corners[at]) + values[at]) & ~np.isnan(points)
    alone = lost & ((corners[nearest] == points) | (values[k] == values[k + 1]))
    with np.errstate(all="ignore"):
        line = (fp[k + 1] - fp[k]) / (xp[k + 1] - xp[k]) * (x - xp[at]) + fp[at]
    return np.where(alone, fp[nearest], line) if alone.any() else line
