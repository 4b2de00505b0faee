"""Elements in another order along axes: flip, rot90, roll.

Convention: the dual of a permutation is its inverse.
"""

from __future__ import annotations

import numpy as np

from ..declare import linear

flip = linear(np.flip, lambda g, axis=None: np.flip(g, axis))
fliplr = linear(np.fliplr, lambda g: np.fliplr(g))
flipud = linear(np.flipud, lambda g: np.flipud(g))
rot90 = linear(np.rot90, lambda g, k=1, axes=(0, 1): np.rot90(g, -k, axes))
roll = linear(np.roll, lambda g, shift, axis=None: np.roll(g, np.negative(shift), axis))
