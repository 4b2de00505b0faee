"""What the incomplete gamma and beta functions have in common.

Convention: they are computed in double precision and rounded to that of what was given.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import plain
from ..arguments import together

SMALLEST = 1e-280  # a probability below this is integrated
DEEP = -30.0  # a logarithm from which on its difference to another one is rounded too much


def like(y: Any, *given: Any) -> Any:
    """In the precision of what was given, integers in double."""
    kind = np.result_type(*map(plain, given))
    return y.astype(kind) if kind.kind == "f" else y


def double(*given: Any) -> list[Any]:
    return [x.astype(np.float64) for x in together(*given)]


def log_probability(p: Any, q: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p < 0.5, np.log(p), np.log1p(-q))
