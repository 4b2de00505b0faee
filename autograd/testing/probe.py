"""A function as a map of arrays, with its derivatives: what ``gradcheck`` compares.

Convention: ``outputs`` evaluates it anywhere; ``reverse`` and ``forward`` differentiate it at ``arrays``. The gradient
of a map is again a map (``Gradient``), so checking second order means checking the gradient's first order. Numbers go
in and come out as NumPy arrays (without axes for Values); leaves and results are the engine's own objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from .. import core
from ..core import Switch
from ..functional import check_input
from ..functional import nests as tree
from ..tensor import Tensor, of
from ..typing import ArrayLike, NDArray
from ..value import Value, ancestors
from ..value import forward as push_values
from .laws import total

Arrays = Sequence[NDArray[Any]]


class Map:
    """f as a map from the leaves of its inputs, and the parameters in its closure, to the leaves of its result."""

    kind = ""

    def __init__(self, f: Callable[..., object], inputs: Sequence[object], parameters: object) -> None:
        self.f = f
        self.inputs = tuple(inputs)
        named = [(f"input {i}{path}", x) for i, nest in enumerate(inputs) for path, x in tree.paths(nest)]
        self.count = len(named)
        for k, (path, p) in enumerate(tree.paths(parameters)):
            named.append((f"parameter {getattr(p, 'label', '') or path or k}", p))
        self.parameters = [p for _, p in named[self.count :]]
        self.names = [name for name, _ in named]
        values = [isinstance(x, Value) for _, x in named]
        if any(values) and not all(values):
            raise TypeError("gradcheck: inputs and parameters are either all Values or all arrays and tensors")
        self.engine: Any = OfValues() if any(values) else OfTensors()
        for name, x in named:
            if not isinstance(x, Value):
                check_input("gradcheck", name, x)
        for p in self.parameters:
            if not self.engine.tracked(p) or not p.is_leaf:
                raise TypeError("gradcheck: parameters are leaves, tensors with requires_grad=True or Values")
        self.arrays = [np.array(x._array if isinstance(x, Tensor) else getattr(x, "number", x)) for _, x in named]

    def outputs(self, arrays: Arrays) -> list[NDArray[Any]]:
        """The floating results there."""
        with self._at(arrays):
            return [np.array(y) for y in map(self.engine.number, self._call(arrays)[0])]

    def reverse(self, weights: Arrays) -> list[NDArray[Any]]:
        """The gradient of sum(u y) by each input."""
        ys, leaves = self._call(self.arrays)
        return self._filled(self.engine.gradients(self._loss(ys, weights, False), leaves, False), self.arrays)

    def forward(self, directions: Arrays) -> list[NDArray[Any]]:
        """The derivative of each result along directions of the inputs."""
        ys, leaves = self._call(self.arrays)
        return self._filled([self.engine.tangent(y, leaves, directions) for y in ys], ys)

    # ------------------------------------------------ shared by both modes

    def _call(self, arrays: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """The results as the engine's objects, and the leaves they were computed from."""
        leaves = [self.engine.leaf(a) for a in arrays[: self.count]]
        with Switch(on=True, forward=True):
            y = self.f(*tree.rebuild(self.inputs, leaves))
        parts: list[Any] = []
        for part in tree.leaves(y):
            parts.extend(part.ravel() if isinstance(part, np.ndarray) and part.dtype == object else [part])
        return [v for v in parts if self.engine.number(v).dtype.kind in "fc"], leaves + self.parameters

    def _loss(self, ys: Sequence[Any], weights: Sequence[Any], curved: bool) -> Any:
        """sum(u y), or sum(u (y + y²/2)), over the tracked results."""
        pairs = [(u, y) for u, y in zip(weights, ys, strict=True) if self.engine.tracked(y)]
        return total([self.engine.term(u, y + y * y * 0.5 if curved else y) for u, y in pairs])

    def _filled(self, found: Sequence[Any], like: Sequence[Any]) -> list[Any]:
        """Derivatives as arrays, with zeros like these where one is missing."""
        number = self.engine.number
        return [np.zeros_like(number(x)) if d is None else number(d) for d, x in zip(found, like, strict=True)]

    @contextmanager
    def _at(self, arrays: Arrays) -> Iterator[None]:
        """Set the parameters to these numbers, and back again at the end."""
        before = [p.data for p in self.parameters]
        try:
            for p, a in zip(self.parameters, arrays[self.count :], strict=True):
                p.data = a if isinstance(self.engine, OfTensors) else float(a)
            yield
        finally:
            for p, a in zip(self.parameters, before, strict=True):
                p.data = a


class Gradient:
    """The gradient of sum(u (y + y²/2)) of a map, as a map from the inputs to their gradients."""

    kind = " over reverse"

    def __init__(self, base: Map, weights: Arrays) -> None:
        self.base = base
        self.weights = weights
        self.names = base.names
        self.arrays = base.arrays

    def _gradients(self, arrays: Sequence[Any], create: bool) -> tuple[list[Any], list[Any]]:
        ys, leaves = self.base._call(arrays)
        return self.base.engine.gradients(self.base._loss(ys, self.weights, True), leaves, create), leaves

    def outputs(self, arrays: Arrays) -> list[NDArray[Any]]:
        with self.base._at(arrays):
            return [np.array(g) for g in self.base._filled(self._gradients(arrays, False)[0], self.arrays)]

    def reverse(self, weights: Arrays) -> list[NDArray[Any]]:
        engine = self.base.engine
        found, leaves = self._gradients(self.arrays, True)
        with Switch(on=True):
            loss = total([engine.term(w, g) for w, g in zip(weights, found, strict=True) if engine.tracked(g)])
        return self.base._filled(engine.gradients(loss, leaves, False), self.arrays)

    def forward(self, directions: Arrays) -> list[NDArray[Any]]:
        found, leaves = self._gradients(self.arrays, True)
        return self.base._filled([self.base.engine.tangent(g, leaves, directions) for g in found], self.arrays)


# ---------------------------------------------------------------- tensors and Values behind one interface


class OfTensors:
    """Tensors, nodes and the sweeps of ``autograd.core``."""

    def leaf(self, x: ArrayLike) -> Tensor:
        return Tensor(x, requires_grad=True)

    def tracked(self, y: object) -> bool:
        return isinstance(y, Tensor) and y.node is not None

    def number(self, y: object) -> NDArray[Any]:
        return y._array if isinstance(y, Tensor) else np.asarray(y)

    def term(self, u: ArrayLike, y: Tensor) -> Tensor:
        """sum(u y)"""
        return (y * of(np.asarray(u), None)).sum()

    def gradients(self, loss: Any, leaves: Sequence[Any], create: bool) -> list[Any]:
        """d loss / d leaf, None where it does not depend on one; no ``.grad`` is touched."""
        if loss is None:
            return [None] * len(leaves)
        one = np.ones_like(loss._array)
        with Switch(on=True, forward=True):
            found = core.backward(loss.node, of(one, None) if create else one, retain_graph=True, create_graph=create)
        return [found.get(leaf.node) for leaf in leaves]

    def tangent(self, y: Any, leaves: Sequence[Any], directions: Sequence[NDArray[Any]]) -> Any:
        """The derivative of a result along directions of the leaves; None where it is 0."""
        if not self.tracked(y):
            return None
        return core.forward(y.node, {leaf.node: t for leaf, t in zip(leaves, directions, strict=True)})


class OfValues:
    """Values and their sweeps."""

    def leaf(self, x: NDArray[Any]) -> Value:
        return Value(float(x))

    def tracked(self, y: object) -> bool:
        return isinstance(y, Value)

    def number(self, y: object) -> NDArray[Any]:
        return np.asarray(y.number if isinstance(y, Value) else y, dtype=float)

    def term(self, u: NDArray[Any], y: Value) -> Value:
        """u y"""
        return y * float(u)

    def gradients(self, loss: Value | None, leaves: Sequence[Value], create: bool) -> list[Any]:
        """d loss / d leaf; afterwards the ``.grad`` of every leaf is what it was."""
        if loss is None:
            return [None] * len(leaves)
        before = [(v, v.grad) for v in ancestors(loss, *leaves) if v.op is None]
        try:
            for v, _ in before:
                v.grad = 0.0
            loss.backward(retain_graph=True, create_graph=create)
            return [v.grad for v in leaves]
        finally:
            for v, g in before:
                v.grad = g

    def tangent(self, y: Any, leaves: Sequence[Value], directions: Sequence[NDArray[Any]]) -> Any:
        """The derivative of a result along directions of the leaves; None where it is 0."""
        if not self.tracked(y):
            return None
        return push_values(y, {leaf: float(t) for leaf, t in zip(leaves, directions, strict=True)})
