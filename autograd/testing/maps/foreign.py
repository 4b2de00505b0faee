"""Functions of PyTorch and of JAX as maps: their derivatives are those of their library.

Convention: NumPy's arrays are converted at the door, in both directions. The gradient of such a function is a function
of the same library, so it is a map of the same kind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import add
from typing import Any, Self

import numpy as np

from ...functional import check_input
from ...functional import nests as tree
from ...typing import NDArray
from .libraries import Library
from .map import FIXED, Arrays, Map, named_inputs, size

__all__ = ["ForeignMap"]


class ForeignMap(Map):
    """f as a map from the leaves of its inputs to the floating leaves of its result."""

    strict = False

    def __init__(self, library: Library, f: Callable[..., Any], inputs: Sequence[Any]) -> None:
        self.library = library
        self.inputs = tuple(inputs)
        self.call = f
        named = named_inputs(inputs)
        self.names = [name for name, _ in named]
        self.likes = [x for _, x in named]
        self.arrays = self._exact([library.number(x) for x in self.likes])
        self.missing = {}
        for name, a in zip(self.names, self.arrays, strict=True):
            check_input("gradcheck", name, a, FIXED)

    def f(self, *leaves: Any) -> list[Any]:
        """The floating results, of the library's arrays and as such."""
        return [y for y in tree.leaves(self.call(*tree.rebuild(self.inputs, leaves))) if _floats(y)]

    def at(self, arrays: Arrays) -> Self:
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, arrays=self._exact(arrays))
        return other

    def results(self, arrays: Arrays) -> list[NDArray[Any]]:
        return [self.library.number(y) for y in self.f(*self._given(arrays))]

    def returned(self) -> Any:
        return self.call(*tree.rebuild(self.inputs, self._given(self.arrays)))

    def reverse(self, weights: Arrays) -> list[Any]:
        found = self.library.pull(self.f, self._given(self.arrays), self._loss(weights))
        pairs = zip(found, self.arrays, strict=True)
        return [np.zeros_like(a) if g is None else self.library.number(g) for g, a in pairs]

    def forward(self, directions: Arrays) -> list[Any]:
        along = [d.astype(a.dtype) for d, a in zip(directions, self.arrays, strict=True)]
        found = self.library.push(self.f, self._given(self.arrays), self._given(along))
        return [self.library.number(t) for t in found]

    def paths(self) -> list[bool]:
        weights = [np.ones_like(y) for y in self.results(self.arrays)]
        return [g is not None for g in self.library.pull(self.f, self._given(self.arrays), self._loss(weights))]

    def gradient(self, weights: Arrays) -> Map:
        sizes = [size(y) for y in self.results(self.arrays)]

        def gradients(*inputs: Any) -> list[Any]:
            leaves = tree.leaves(inputs)
            found = self.library.pull(self.f, leaves, self._loss(weights, sizes))
            return [x * 0 if g is None else g for g, x in zip(found, leaves, strict=True)]

        other = self.at(self.arrays)
        other.kind, other.call = " over reverse", gradients
        return other

    # ------------------------------------------------ at the door

    def _given(self, arrays: Arrays) -> list[Any]:
        return [self.library.array(a, like) for a, like in zip(arrays, self.likes, strict=True)]

    def _exact(self, arrays: Arrays) -> list[NDArray[Any]]:
        """The numbers that arrive: JAX's are in single precision, unless it was told otherwise."""
        return [self.library.number(x) for x in self._given(arrays)]

    def _loss(self, weights: Arrays, sizes: Sequence[float] = ()) -> Callable[..., Any]:
        """Re Σ u y, or with sizes Re Σ u (y + y²/2s), of the library's arrays."""

        def loss(ys: Sequence[Any]) -> Any:
            curved = [y + y * y * (0.5 / s) for y, s in zip(ys, sizes, strict=True)] if sizes else ys
            terms = [(self.library.array(u) * y).sum() for u, y in zip(weights, curved, strict=True)]
            return reduce(add, [t.real if "complex" in str(t.dtype) else t for t in terms])

        return loss


def _floats(y: Any) -> bool:
    return hasattr(y, "dtype") and any(kind in str(y.dtype) for kind in ("float", "complex"))
