"""An expression recorded at a point, with random weights for its results and random directions for its inputs.

Convention: complex directions and gradients are paired as Re(sum(g * v)), without a conjugate.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from ..core import Switch, backward, forward
from ..functional.nests import leaves as flat
from ..tensor import Tensor, of
from ..typing import NDArray
from .chance import stream

Expression = Callable[..., Any]
Arrays = Sequence[NDArray[Any]]


class Point:
    """An expression, recorded at some inputs, with random weights u for its results and directions v.

    ``f``       a function of arrays, written with NumPy
    ``given``   its inputs, arrays
    ``seed``    of the random weights and directions
    ``curved``  whether ``loss`` is sum(u (y + y²/2)), not sum(u y): then the gradient that reaches the expression
                depends on the inputs, so that second derivatives of linear functions are tested too
    ``like``    another point, whose weights and directions are taken
    ``only``    the one input that is tracked, by its number; None: all
    """

    def __init__(
        self, f: Expression, given: Arrays, *, seed: int = 0, curved: bool = False, like: Point | None = None,
        only: int | None = None,
    ) -> None:  # fmt: skip
        self.f = f
        self.given = [np.asarray(a) for a in given]
        self.curved: bool = like.curved if like else curved
        self.places = [i for i, a in enumerate(self.given) if a.dtype.kind in "fc"]
        self.arrays = [self.given[i] for i in self.places]
        operands: list[Any] = list(self.given)
        for k, i in enumerate(self.places):
            if only is None or only == k:
                operands[i] = Tensor(self.given[i], True)
        self.nodes: list[Any] = [getattr(operands[i], "node", None) for i in self.places]
        rng = stream(seed)
        with Switch(on=True, forward=True):
            results = [y if isinstance(y, Tensor) else of(np.asarray(y), None) for y in flat(f(*operands))]
            self.ys = [y for y in results if y._array.dtype.kind in "fc"]
            self.weights: list[Any] = like.weights if like else [normal(rng, y._array) for y in self.ys]
            self.directions: list[Any] = like.directions if like else [normal(rng, a) for a in self.arrays]
            pairs = [(u, y) for u, y in zip(self.weights, self.ys, strict=False) if y.node is not None]
            self.loss = total([np.sum(of(u, None) * (y + y * y * 0.5 if self.curved else y)) for u, y in pairs])

    def gradients(self) -> list[NDArray[Any]]:
        """d(Re loss)/d(input) of each differentiable input."""
        return self.filled(sweep(self.loss, self.nodes))

    def filled(self, found: dict[Any, Any]) -> list[NDArray[Any]]:
        """What was ``found`` for each input, with zeros where nothing was."""
        values = [None if n is None else found.get(n) for n in self.nodes]
        return [np.zeros_like(a) if g is None else np.asarray(g) for g, a in zip(values, self.arrays, strict=True)]

    def tangents(self) -> list[NDArray[Any]]:
        """The tangent of each result along ``directions``."""
        start = dict(zip(self.nodes, self.directions, strict=True))
        found = [None if y.node is None else forward(y.node, start) for y in self.ys]
        return [np.zeros_like(y._array) if t is None else t for t, y in zip(found, self.ys, strict=True)]

    def moved(self, h: float) -> list[NDArray[Any]]:
        """The inputs, moved by h along ``directions``."""
        moved = list(self.given)
        for i, a, v in zip(self.places, self.arrays, self.directions, strict=True):
            moved[i] = np.asarray(a + h * v, dtype=a.dtype)
        return moved

    def results(self, h: float) -> list[NDArray[Any]]:
        """The floating results at the inputs moved by h, from plain arrays."""
        return [y for y in map(np.asarray, flat(self.f(*self.moved(h)))) if y.dtype.kind in "fc"]


def sweep(loss: Any, nodes: Sequence[Any]) -> dict[Any, Any]:
    """d loss / d node of each node that the loss depends on; the graph is kept."""
    if loss is None or loss.node is None:
        return {}
    return backward(loss.node, np.ones_like(loss._array), retain_graph=True, wrt=[n for n in nodes if n is not None])


def total(terms: list[Any]) -> Any:
    """The sum of these ``terms``; None if there are none."""
    return reduce(operator.add, terms) if terms else None


def normal(rng: np.random.Generator, like: Any) -> NDArray[Any]:
    """Random numbers from ``rng``, in the shape and dtype of the array ``like``."""
    v = rng.normal(size=like.shape)
    if like.dtype.kind == "c":
        v = v + 1j * rng.normal(size=like.shape)
    return np.asarray(v, dtype=like.dtype)


def paired(us: Sequence[Any], vs: Sequence[Any]) -> tuple[float, float]:
    """Re<u, v>, and the size of its terms."""
    products = [u * v for u, v in zip(us, vs, strict=True)]
    return sum(float(np.real(np.sum(p))) for p in products), sum(float(np.sum(np.abs(p))) for p in products)


def size(x: Any) -> float:
    """The largest absolute value."""
    return float(np.max(np.abs(x), initial=0.0))
