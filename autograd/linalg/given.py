"""What the functions of this folder are given."""

from __future__ import annotations

from typing import Any

from ..ops.arguments import array, floats


def square(name: str, a: Any) -> Any:
    """Square matrices of floats or complex numbers."""
    a = array(a)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ValueError(f"{name} takes square matrices, got shape {a.shape}")
    return floats(a)
