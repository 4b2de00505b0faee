"""One call of a captured function: its arguments taken apart into numbers, which are the program's inputs, and the rest.

Convention: two calls of equal ``key`` may run the same programs. Arrays count by shape and dtype, floats and Values by
being one; whole numbers, texts and flags by what they are; functions, modules and other objects by identity.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..core import recording
from ..functional import nests as tree
from ..tensor import Tensor
from ..value import Value

__all__ = ["Call"]

STATIC = (int, str, bytes, bool, complex, type(None), slice, type(Ellipsis))


class Call:
    """The arguments of one call.

    ``leaves``   what the arguments' nests consist of, in their order
    ``objects``  those among them, and in the form, that other things can be reached from
    ``key``      what decides which programs may run
    """

    __slots__ = ("args", "key", "kwargs", "leaves", "objects")

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.args, self.kwargs = args, kwargs
        self.leaves: list[Any] = []
        self.objects: list[Any] = []
        self.key = (recording.on, *[self._form(x) for x in args],
                    *[(name, self._form(x)) for name, x in kwargs.items()])  # fmt: skip

    def _form(self, x: Any) -> Any:
        """What is fixed of an argument; its leaves are noted."""
        kind = x.__class__
        if kind is np.ndarray:
            if x.dtype.kind in "biufc":
                self.leaves.append(x)
                return x.shape, x.dtype
        elif kind is float:
            self.leaves.append(x)
            return float
        elif kind is Tensor:
            self.leaves.append(x)
            return Tensor, x.shape, x.dtype, x.node is None, x.grad is None
        elif kind is Value:
            self.leaves.append(x)
            return Value
        elif isinstance(x, np.generic):
            self.leaves.append(x)
            return np.generic, x.dtype
        elif kind in STATIC:
            return kind, x if kind is not slice else (x.start, x.stop, x.step)
        else:
            parts = tree.children(x)
            if parts:
                return kind, tuple([(step, self._form(part)) for step, part in parts])
        self.objects.append(x)
        return kind, id(x)

    def with_leaves(self, leaves: list[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments with other leaves."""
        left = iter(leaves)
        return tuple([_with(x, left) for x in self.args]), {name: _with(x, left) for name, x in self.kwargs.items()}


def _with(x: Any, leaves: Iterator[Any]) -> Any:
    """A nest with other leaves in their order."""
    kind = x.__class__
    if kind is np.ndarray and x.dtype.kind in "biufc":
        return next(leaves)
    if kind is float or kind is Tensor or kind is Value or isinstance(x, np.generic):
        return next(leaves)
    parts = tree.children(x)
    if not parts:
        return x
    changed = [_with(part, leaves) for _, part in parts]
    return tree.remade(x, changed)
