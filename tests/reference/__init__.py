"""PyTorch's numbers for the tables of our tests, so that the tests need no PyTorch.

Convention: one file of arrays for each module of a table; ``make reference`` writes them anew (``__main__.py``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent


def load(name: str) -> dict[str, Any]:
    """All arrays of the file ``name``.npz, by their names."""
    with np.load(HERE / f"{name}.npz") as file:
        return dict(file)


def part(arrays: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Those whose names begin with ``prefix``, without it."""
    return {name[len(prefix) :]: array for name, array in arrays.items() if name.startswith(prefix)}


def weights(like: Any) -> Any:
    """By what a result is multiplied before it is summed and differentiated: the same here and there."""
    return np.cos(np.arange(like.size, dtype=np.float64)).reshape(like.shape)
