"""What a picture is asked of: the Values and tracked tensors in lists, dicts and object arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...tensor import Tensor
from ...value import Value
from ..speaker import speaker


def roots(things: Any) -> list[Value | Tensor]:
    """The Values and tracked tensors within things, each once, in order."""
    found: dict[int, Value | Tensor] = {}
    for thing in flatten(things):
        if isinstance(thing, Tensor) and thing.node is None:
            raise ValueError(
                f"{speaker()}: this tensor is not tracked, so it has no graph. Compute it from tensors with "
                f"requires_grad=True, or pass the function: {speaker()}(f, *inputs) tracks the inputs by itself."
            )
        found.setdefault(id(thing.node if isinstance(thing, Tensor) else thing), thing)
    if not found:
        raise ValueError(f"{speaker()}: there is no Value and no tracked tensor in what was passed")
    return list(found.values())


def flatten(things: Any) -> Iterator[Value | Tensor]:
    """The Values and tensors within lists, tuples, dicts and object arrays."""
    if isinstance(things, Value | Tensor):
        yield things
    elif isinstance(things, np.ndarray) and things.dtype == object:
        yield from flatten(things.ravel().tolist())
    elif isinstance(things, dict):
        yield from flatten(list(things.values()))
    elif isinstance(things, list | tuple):
        for thing in things:
            yield from flatten(thing)
    else:
        raise TypeError(
            f"{speaker()}: pass Values or tensors, or a function and its inputs, not {type(things).__name__}"
            f"{_hint(things)}"
        )


def _hint(thing: Any) -> str:
    """What a beginner forgets."""
    if isinstance(thing, bool | str) or thing is None:
        return ""
    if isinstance(thing, int | float | np.number):
        return ". A plain number has no graph: compute it from Values, x = Value(1.0)"
    if isinstance(thing, np.ndarray):
        return ". A plain array has no graph: compute it from tensors, W = Tensor(..., requires_grad=True)"
    return ""
