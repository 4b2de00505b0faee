"""Where there is no derivative: a jump, an infinite slope, the end of the domain.

Convention: they are seen in how f(x ± h) - f(x) goes to 0 as the step does, for all components at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..typing import NDArray
from .differences import RATIO, Slopes

Numbers = NDArray[Any]
STEPS = 4  # the smallest steps, at which a jump does not get smaller
LEAST = 1e-10  # relative to the size of f: a change that shows at all
LARGE = 1e-6  # the same: less may be the rounding of a function that is single precision inside


def jumps(slopes: Slopes) -> tuple[Numbers, Numbers]:
    """How far f jumps from the left to the point, and from the point to the right; 0 where it does not.

    A step 64 times smaller leaves f(x ± h) - f(x) as it is. (Where f is continuous it gets smaller, h^β at the least.)
    """
    left, right = (_level(change, slopes) for change in (slopes.down, slopes.up))
    return left, right


def jumping(slopes: Slopes) -> Numbers:
    """Does f jump at the point, by more than rounding may?"""
    return np.asarray(np.max(np.abs(jumps(slopes)), axis=0) > LARGE * slopes.sizes)


def _level(change: Numbers, slopes: Slopes) -> Numbers:
    if len(change) < STEPS:
        return np.zeros(change.shape[1])
    some, noise = change[-STEPS:], slopes.noise[-STEPS:].max(axis=0)
    with np.errstate(all="ignore"):
        level = some[-1]
        clear = (np.abs(level) > 1e3 * noise) & (np.abs(level) > LEAST * slopes.sizes)
        steady = np.ptp(some, axis=0) <= 0.01 * np.abs(level)
    return np.where(clear & steady & np.isfinite(level), level, 0.0)


def ends(slopes: Slopes) -> Numbers:
    """Does the domain end here, so that f is not finite a small step away?"""
    up, down = (~np.isfinite(change[-3:]).any(axis=0) for change in (slopes.up, slopes.down))
    return np.asarray(up | down)


def steep(slopes: Slopes, among: Numbers) -> Numbers:
    """Is there an infinite slope, |f(x + h) - f(x)| ~ h^β with β < 1? Or does the domain end here?"""
    singular = ends(slopes)
    for change in (slopes.up, slopes.down):
        size = np.abs(change)
        clear = np.isfinite(size) & (size > 100 * slopes.noise) & (size > LEAST * slopes.sizes) & among
        for m in np.flatnonzero(clear.sum(axis=0) >= 4):
            some = np.flatnonzero(clear[:, m])[-6:]
            beta = np.diff(np.log(size[some, m])) / np.diff(np.log(slopes.steps[some]))
            power, last = float(np.mean(beta)), some[-1]
            limit = max(100 * slopes.noise[-1, m], LEAST * slopes.sizes[m])
            goes_on = last + 1 == len(size) or size[last, m] * RATIO**-power < limit
            singular[m] |= bool(np.ptp(beta) < 0.1 and power < 0.9 and goes_on)
    return singular
