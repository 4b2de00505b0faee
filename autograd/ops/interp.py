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
    k = np.clip(np.searchsorted(corners, points, side="right") - 1, 0, max(len(corners) - 2, 0))
    y = fp[k]
    if len(corners) > 1:
        y = (fp[k + 1] - y) / (xp[k + 1] - xp[k]) * (x - xp[k]) + y
    y = np.where(points < corners[0], fp[0] if left is None else left, y)
    return np.where(points > corners[-1], fp[-1] if right is None else right, y)
