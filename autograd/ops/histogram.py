"""Counts of elements in bins: bincount, histogram.

Convention: only the weights may be tracked; a count is constant between its jumps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, constant, native, plain
from ..typing import ArrayLike
from .getitem import scatter


@composed(np.bincount)
def bincount(x: ArrayLike, /, weights: Any = None, minlength: int = 0) -> Any:
    """How often each integer occurs, or the sum of its weights."""
    bins = native(plain(x))
    if getattr(weights, "node", None) is None:
        return np.bincount(bins, plain(weights), minlength)
    n = max(minlength, int(bins.max()) + 1 if bins.size else 0)
    return scatter(weights.astype(float), (n,), bins)  # NumPy sums in double precision


@composed(np.histogram)
def histogram(
    a: ArrayLike, bins: ArrayLike | str = 10, range: Any = None, density: Any = None, weights: Any = None
) -> tuple[Any, Any]:
    """How many elements fall into each bin, or the sum of their weights; and the edges of the bins."""
    x = np.ravel(plain(a))
    counts, edges = np.histogram(x, plain(bins), range, density, plain(weights))
    if getattr(weights, "node", None) is None:
        return counts, edges
    inside = (x >= edges[0]) & (x <= edges[-1])
    places = np.minimum(np.searchsorted(edges, np.extract(inside, x), "right") - 1, len(edges) - 2)
    found = scatter(np.extract(inside, weights), (len(edges) - 1,), places)
    return (found / np.diff(edges) / np.sum(found) if density else found), edges


constant(np.histogram_bin_edges)
