"""The same numbers in another dtype: ``t.astype(dtype)``; differentiable between floating and complex ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Operation, composed

cast: Operation = Operation(
    lambda x, dtype: x.astype(dtype),
    "linear",
    [lambda g, x_dtype: cast(g if x_dtype.kind == "c" else np.real(g), x_dtype)],
    name="astype",
)


def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    """The same numbers in another dtype."""
    return x.astype(dtype)


if hasattr(np, "astype"):  # since NumPy 2.1
    composed(np.astype)(astype)
