"""What a picture is asked of: the Values and tracked tensors in lists, dicts and object arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...tensor import Tensor
from ...value import Value


def roots(things: Any) -> list[Value | Tensor]:
    """The Values and tracked tensors within things, each once, in order."""
    found: dict[int, Value | Tensor] = {}
    for thing in flatten(things):
        if isinstance(thing, Tensor) and thing.node is None:
            raise ValueError(
                "draw: this tensor is not tracked, so it has no graph. Compute it from tensors with "
                "requires_grad=True, or draw the function: draw(f, *inputs) tracks the inputs by itself."
            )
        found.setdefault(id(thing.node if isinstance(thing, Tensor) else thing), thing)
    if not found:
        raise ValueError("draw: there is no Value or tracked tensor to draw")
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
        raise TypeError(f"draw: pictures are drawn of Values and tensors, not of {type(things).__name__}")
