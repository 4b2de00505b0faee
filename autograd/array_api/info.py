"""What this implementation of the standard can do: ``__array_namespace_info__()``.

Convention: there is one device, the computer's own memory, and it is called "cpu".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtypes as dt
from .given import on_cpu

__all__ = ["Info"]

KINDS: dict[str, tuple[str, ...]] = {
    "bool": ("bool",),
    "signed integer": ("int8", "int16", "int32", "int64"),
    "unsigned integer": ("uint8", "uint16", "uint32", "uint64"),
    "real floating": ("float32", "float64"),
    "complex floating": ("complex64", "complex128"),
}
KINDS["integral"] = KINDS["signed integer"] + KINDS["unsigned integer"]
KINDS["numeric"] = KINDS["integral"] + KINDS["real floating"] + KINDS["complex floating"]
AXES = 64  # NumPy's most


class Info:
    """The namespace's answers."""

    def capabilities(self) -> dict[str, Any]:
        """Masks as keys work, and so do functions whose result's shape depends on the numbers."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": AXES}

    def default_device(self) -> str:
        """Where arrays are made: "cpu"."""
        return "cpu"

    def default_dtypes(self, *, device: Any = None) -> dict[str, np.dtype[Any]]:
        """The dtypes of numbers, of complex ones, of integers and of indices, unless another is asked for."""
        on_cpu(device)
        integer = np.dtype(np.int_)
        return {
            "real floating": dt.float64,
            "complex floating": dt.complex128,
            "integral": integer,
            "indexing": np.dtype(np.intp),
        }

    def dtypes(self, *, device: Any = None, kind: str | tuple[str, ...] | None = None) -> dict[str, np.dtype[Any]]:
        """All dtypes by name, or those of a kind, or of several."""
        on_cpu(device)
        kinds = (*KINDS,) if kind is None else (kind,) if isinstance(kind, str) else kind
        for wanted in kinds:
            if wanted not in KINDS:
                raise ValueError(f"kind={wanted!r}: one of {', '.join(map(repr, KINDS))} is wanted, or a tuple of them")
        return {name: getattr(dt, name) for wanted in kinds for name in KINDS[wanted]}

    def devices(self) -> list[str]:
        """All devices."""
        return ["cpu"]
