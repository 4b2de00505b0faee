"""A function as a map of arrays with derivatives: what ``gradcheck`` compares, whoever computes it.

Convention: numbers go in and come out as NumPy arrays, whatever the function itself works on. ``results`` evaluates it
anywhere, ``reverse`` and ``forward`` differentiate it at ``arrays``. The gradient of a map is again a map, so checking
second order means checking the gradient's first order. For real L and z = x + iy gradients are dL/dx - i dL/dy, so that
dL = Re Σ g dz.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from ...functional import nests as tree
from ...typing import NDArray

Arrays = Sequence[NDArray[Any]]
FIXED = "hold it fixed: gradcheck(lambda x: f(x, n), x)"


class Map(ABC):
    """f as a map from the leaves of its inputs to the floating leaves of its result.

    ``kind``      how the derivative came about: "" for f itself, " over reverse" for its gradient
    ``names``     of the inputs; ``arrays`` are their numbers
    ``missing``   the modes that are not given, and why
    ``sums``      is the gradient that of the plain sum of the results? (Else their weights are random.)
    ``strict``    must a derivative have the very dtype of what it belongs to? (Else real for real is enough.)
    ``analytic``  may f be called with complex numbers, for the complex step?
    """

    kind = ""
    sums = False
    strict = True
    analytic = False
    names: list[str]
    arrays: list[NDArray[Any]]
    missing: dict[str, str]

    @abstractmethod
    def results(self, arrays: Arrays) -> list[NDArray[Any]]:
        """The floating results there."""

    @abstractmethod
    def returned(self) -> Any:
        """What the function returns at ``arrays``, as it is."""

    @abstractmethod
    def reverse(self, weights: Arrays) -> list[Any]:
        """The gradient of Re Σ u y by each input."""

    @abstractmethod
    def forward(self, directions: Arrays) -> list[Any]:
        """The derivative of each result along directions of the inputs."""

    def paths(self) -> list[bool]:
        """Does a path lead from each input to a result? (True where nobody knows.)"""
        return [True] * len(self.names)

    @abstractmethod
    def at(self, arrays: Arrays) -> Self:
        """The same map at another point, or in another precision."""

    @abstractmethod
    def gradient(self, weights: Arrays) -> Map:
        """The gradient of Σ u (y + y²/2s) as a map from the inputs to their gradients, with s the size of y.

        The square makes what arrives at the last operation depend on the inputs, so that the second derivatives of
        linear functions are checked too.
        """


def named_inputs(inputs: Sequence[object]) -> list[tuple[str, Any]]:
    """The leaves of all inputs with their names, such as ``input 0['w']``."""
    return [(f"input {i}{path}", x) for i, nest in enumerate(inputs) for path, x in tree.paths(nest)]


def size(y: Any) -> float:
    """The largest absolute value, at least 1: what makes y² / size as large as y."""
    return max(1.0, float(np.max(np.abs(y), initial=0.0)))
