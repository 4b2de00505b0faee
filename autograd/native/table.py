"""``table``: the twins that there are, from which size they serve, and whether they are compiled."""

from __future__ import annotations

import importlib
from typing import Any

from .door import TWINS, Twin, native_here

__all__ = ["table"]


def table() -> str:
    """A table of all twins that have been declared, a line each."""
    rows = [("function", "dtypes", "from", "compiled", "twin")]
    for twin in TWINS.values():
        function: Any = twin.numpy
        name = f"{function.__module__}.{function.__name__.lstrip('_')}"
        dtypes = ", ".join({"f": "float32", "d": "float64"}[c] for c in twin.dtypes)
        rows.append((name, dtypes, f"{twin.size:,}", compiled(twin), twin.path))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def compiled(twin: Twin) -> str:
    """For which dtypes the kernels are compiled that a twin calls; a dash where there is no numba."""
    if not native_here() or twin.native is None:
        return "-"
    kernels = importlib.import_module("autograd.native.kernels")
    native: Any = twin.native
    used: list[Any] = [native.__globals__.get(name) for name in native.__code__.co_names]
    used = [thing for thing in used if isinstance(thing, kernels.Kernel)]
    found = [c for c in twin.dtypes if used and all(kernel.kept(c) for kernel in used)]
    return ", ".join({"f": "float32", "d": "float64"}[c] for c in found) or "no"
