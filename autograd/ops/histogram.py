"""Elements counted in bins: bincount, histogram.

Convention: the bins are constants; the weights may be tracked.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, constant, plain
from .getitem import scatter


@composed(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    """How often each integer occurs, or the sum of its weights, which may be tracked."""
    x = np.asarray(plain(x))
    if getattr(weights, "node", None) is None:
        return np.bincount(x, plain(weights), minlength)
    n = max(minlength, int(x.max()) + 1 if x.size else 0)
    return scatter(weights.astype(float), (n,), x)  # NumPy counts in double precision


@composed(np.histogram)
def histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> tuple[Any, Any]:
    """How many elements, or the sum of whose weights, fall into each bin; the weights may be tracked."""
    x = np.ravel(plain(a))
    counts, edges = np.histogram(x, plain(bins), range, density, plain(weights))
    if getattr(weights, "node", None) is None:
        return counts, edges
    inside = np.flatnonzero((x >= edges[0]) & (x <= edges[-1]))
    places = np.minimum(np.searchsorted(edges, x[inside], "right") - 1, len(edges) - 2)
    found = scatter(np.take(weights, inside), (len(edges) - 1,), places)
    return (found / np.diff(edges) / np.sum(found) if density else found), edges


constant(np.histogram_bin_edges)
