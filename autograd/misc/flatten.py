"""Nests of numbers and arrays as one vector, and back.

Convention: lists and tuples are walked in their order, dicts by their sorted keys. Both ways are differentiable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def flatten(value: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The numbers of a nest as a vector, and the function that makes such a nest of a vector."""
    parts: list[Any] = []
    _collect(value, parts)
    size = sum(part.size for part in parts)

    def unflatten(flat: Any) -> Any:
        """The nest with these numbers."""
        if np.shape(flat) != (size,):
            raise ValueError(f"unflatten: this nest is made of a vector of shape ({size},), got {np.shape(flat)}")
        return _made(value, flat, 0)[0]

    return np.concatenate(parts) if parts else np.array([]), unflatten


def _collect(value: Any, parts: list[Any]) -> None:
    if isinstance(value, list | tuple):
        for part in value:
            _collect(part, parts)
    elif isinstance(value, dict):
        for key in sorted(value):
            _collect(value[key], parts)
    else:
        parts.append(np.ravel(value))


def _made(like: Any, flat: Any, start: int) -> tuple[Any, int]:
    """A nest of numbers from ``start`` on, and where they end."""
    if isinstance(like, list | tuple):
        made = []
        for part in like:
            x, start = _made(part, flat, start)
            made.append(x)
        return (type(like)._make(made) if hasattr(like, "_make") else type(like)(made)), start
    if isinstance(like, dict):
        found = {}
        for key in sorted(like):
            found[key], start = _made(like[key], flat, start)
        return {key: found[key] for key in like}, start
    shape = np.shape(like)
    end = start + int(np.prod(shape))
    return (np.reshape(flat[start:end], shape) if shape else flat[start]), end


def flatten_func(func: Callable[..., Any], example: Any) -> tuple[Callable[..., Any], Callable[[Any], Any], Any]:
    """A function of nests as one of vectors: the function, what makes nests of vectors, and the example's vector."""
    flat, unflatten = flatten(example)
    return lambda x, *args: flatten(func(unflatten(x), *args))[0], unflatten, flat


__all__ = ["flatten", "flatten_func"]
