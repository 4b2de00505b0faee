"""Functions of tensors and of Values as maps: their derivatives are those of this engine.

Convention: leaves and results are the engine's own objects. What a call of the function draws from generators and
writes to buffers (dropout, running means) is undone, so that every call is the same and a check leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from operator import add
from typing import Any, Self

import numpy as np

from ... import core
from ...core import Effects, Switch, recording
from ...functional import check_input
from ...functional import nests as tree
from ...functional.aliases import join
from ...tensor import Tensor, of
from ...typing import NDArray
from ...value import Value, ancestors
from ...value import forward as push_values
from .map import FIXED, Arrays, Map, named_inputs, size

__all__ = ["EngineMap"]


class EngineMap(Map):
    """f as a map from the leaves of its inputs, and the parameters in its closure, to the leaves of its result."""

    def __init__(self, f: Callable[..., object], inputs: Sequence[object], parameters: object = ()) -> None:
        self.f = f
        self.inputs = tuple(inputs)
        self.missing = {}
        named = named_inputs(inputs)
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
                check_input("gradcheck", name, x, FIXED)
        for p in self.parameters:
            if not self.engine.tracked(p) or not p.is_leaf:
                raise TypeError("gradcheck: parameters are leaves, tensors with requires_grad=True or Values")
        self.arrays = [np.array(x._array if isinstance(x, Tensor) else getattr(x, "number", x)) for _, x in named]
        self._calls: list[tuple[list[Any], list[Any]]] = []  # the recorded call, once it was made
        self.touches = False  # does a call draw numbers or write to buffers?

    def at(self, arrays: Arrays) -> Self:
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, arrays=[np.array(a) for a in arrays], _calls=[])
        return other

    @property
    def analytic(self) -> bool:  # type: ignore[override]
        return isinstance(self.engine, OfTensors) and not self.touches

    def results(self, arrays: Arrays) -> list[NDArray[Any]]:
        with self._at(arrays), Switch(on=False):
            return [np.array(self.engine.number(y)) for y in self._call(arrays)[0]]

    def returned(self) -> Any:
        with self._at(self.arrays), Switch(on=False):
            return self._result(self.arrays)[0]

    def reverse(self, weights: Arrays) -> list[Any]:
        ys, leaves = self._recorded()
        return self._filled(self.engine.gradients(self._loss(ys, weights), leaves, False), self.arrays)

    def forward(self, directions: Arrays) -> list[Any]:
        ys, leaves = self._recorded()
        return self._filled(self.engine.tangents(ys, leaves, directions), ys)

    def paths(self) -> list[bool]:
        ys, leaves = self._recorded()
        reached: list[bool] = self.engine.reached(ys, leaves)
        return reached

    def gradient(self, weights: Arrays) -> Map:
        return GradientMap(self, weights)

    # ------------------------------------------------ shared by both modes

    def _recorded(self) -> tuple[list[Any], list[Any]]:
        """The call at this point, recorded for both sweeps."""
        if not self._calls:
            with self._at(self.arrays), Switch(on=True, forward=True):
                self._calls.append(self._call(self.arrays))
        return self._calls[0]

    def _call(self, arrays: Arrays) -> tuple[list[Any], list[Any]]:
        """The results as the engine's objects, and the leaves they were computed from."""
        y, leaves = self._result(arrays)
        parts: list[Any] = []
        for part in tree.leaves(y):
            parts.extend(part.ravel() if isinstance(part, np.ndarray) and part.dtype == object else [part])
        return [v for v in parts if self.engine.number(v).dtype.kind in "fc"], leaves + self.parameters

    def _result(self, arrays: Arrays) -> tuple[Any, list[Any]]:
        """What f returns, without a trace, and the leaves of its inputs."""
        leaves = [self.engine.leaf(a) for a in arrays[: self.count]]
        effects = Effects(recording.effects)
        try:
            with Switch(effects=effects):
                y = self.f(*tree.rebuild(self.inputs, leaves))
        finally:
            self.touches = self.touches or bool(effects.generators or effects.leaves)
            for generator, state in effects.generators.values():
                generator.bit_generator.state = state
            for leaf, array in effects.leaves.values():
                leaf._array = array
        return y, leaves

    def _loss(self, ys: Sequence[Any], weights: Sequence[Any], sizes: Sequence[float] = ()) -> Any:
        """Σ u y, or with sizes Σ u (y + y²/2s), over the tracked results."""
        curved = [y + y * y * (0.5 / s) for y, s in zip(ys, sizes, strict=True)] if sizes else ys
        pairs = [(u, y) for u, y in zip(weights, curved, strict=True) if self.engine.tracked(y)]
        terms = [self.engine.term(u, y) for u, y in pairs]
        return reduce(add, terms) if terms else None

    def _filled(self, found: Sequence[Any], like: Sequence[Any]) -> list[Any]:
        """Derivatives as arrays, with zeros like these where one is missing."""
        number = self.engine.number
        return [np.zeros_like(number(x)) if d is None else number(d) for d, x in zip(found, like, strict=True)]

    @contextmanager
    def _at(self, arrays: Arrays) -> Iterator[None]:
        """Inside this block the parameters have these numbers, in whatever precision."""
        name = "_array" if isinstance(self.engine, OfTensors) else "number"
        before = [getattr(p, name) for p in self.parameters]
        try:
            for p, a in zip(self.parameters, arrays[self.count :], strict=True):
                setattr(p, name, core.read_only(np.array(a)) if name == "_array" else float(a))
            yield
        finally:
            for p, a in zip(self.parameters, before, strict=True):
                setattr(p, name, a)


class GradientMap(Map):
    """The gradient of Σ u (y + y²/2s) of a map."""

    kind = " over reverse"

    def __init__(self, base: EngineMap, weights: Arrays, sizes: Sequence[float] = ()) -> None:
        self.base = base
        self.weights = weights
        self.sizes = sizes or [size(base.engine.number(y)) for y in base._recorded()[0]]
        self.names, self.arrays, self.missing = base.names, base.arrays, base.missing
        self._calls: list[tuple[list[Any], list[Any]]] = []

    def at(self, arrays: Arrays) -> Self:
        return type(self)(self.base.at(arrays), self.weights, self.sizes)

    def gradient(self, weights: Arrays) -> Map:
        raise NotImplementedError("gradcheck: third derivatives are not checked")

    def results(self, arrays: Arrays) -> list[NDArray[Any]]:
        with self.base._at(arrays), Switch(on=True, forward=False):
            found, _ = self._gradients(self.base._call(arrays), False)
        return [np.array(g) for g in self.base._filled(found, self.arrays)]

    def returned(self) -> Any:
        return self.results(self.arrays)

    def reverse(self, weights: Arrays) -> list[Any]:
        engine = self.base.engine
        found, leaves = self._recorded()
        with Switch(on=True):
            terms = [engine.term(w, g) for w, g in zip(weights, found, strict=True) if engine.tracked(g)]
            loss = reduce(add, terms) if terms else None
        return self.base._filled(engine.gradients(loss, leaves, False), self.arrays)

    def forward(self, directions: Arrays) -> list[Any]:
        found, leaves = self._recorded()
        return self.base._filled(self.base.engine.tangents(found, leaves, directions), self.arrays)

    def _recorded(self) -> tuple[list[Any], list[Any]]:
        if not self._calls:
            self._calls.append(self._gradients(self.base._recorded(), True))
        return self._calls[0]

    def _gradients(self, call: tuple[list[Any], list[Any]], create: bool) -> tuple[list[Any], list[Any]]:
        ys, leaves = call
        with Switch(on=True, forward=create):
            loss = self.base._loss(ys, self.weights, self.sizes)
        return self.base.engine.gradients(loss, leaves, create), leaves


# ---------------------------------------------------------------- tensors and Values behind one interface


class OfTensors:
    """Tensors, nodes and the sweeps of ``autograd.core``."""

    def leaf(self, x: NDArray[Any]) -> Tensor:
        return Tensor(x, requires_grad=True)

    def tracked(self, y: object) -> bool:
        return isinstance(y, Tensor) and y.node is not None

    def number(self, y: object) -> NDArray[Any]:
        return y._array if isinstance(y, Tensor) else np.asarray(y)

    def term(self, u: NDArray[Any], y: Tensor) -> Tensor:
        """Σ u y"""
        return (y * of(np.asarray(u), None)).sum()

    def reached(self, ys: Sequence[Any], leaves: Sequence[Tensor]) -> list[bool]:
        """Does a path lead from each leaf to a result?"""
        on_the_way: set[Any] = set()
        for y in ys:
            if self.tracked(y) and y.node not in on_the_way:
                on_the_way.update(core.ancestors(y.node, on_the_way))
        return [leaf.node in on_the_way for leaf in leaves]

    def gradients(self, loss: Any, leaves: Sequence[Any], create: bool) -> list[Any]:
        """d loss / d leaf, None where it does not depend on one; no ``.grad`` is touched."""
        if loss is None:
            return [None] * len(leaves)
        one = np.ones_like(loss._array)
        with Switch(on=True, forward=True):
            found = core.backward(loss.node, of(one, None) if create else one, retain_graph=True, create_graph=create)
        return [found.get(leaf.node) for leaf in leaves]

    def tangents(self, ys: Sequence[Any], leaves: Sequence[Any], directions: Sequence[NDArray[Any]]) -> list[Any]:
        """The derivatives of the results along directions of the leaves, of one sweep; None where they are 0."""
        nodes = [y.node for y in ys if self.tracked(y)]
        start = {leaf.node: t for leaf, t in zip(leaves, directions, strict=True)}
        found = iter((core.forward(join(nodes), start) if nodes else None) or [None] * len(nodes))
        return [next(found) if self.tracked(y) else None for y in ys]


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

    def reached(self, ys: Sequence[Any], leaves: Sequence[Value]) -> list[bool]:
        """Does a path lead from each leaf to a result?"""
        tracked = [y for y in ys if self.tracked(y)]
        on_the_way = {id(v) for v in ancestors(*tracked)} if tracked else set()
        return [id(leaf) in on_the_way for leaf in leaves]

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

    def tangents(self, ys: Sequence[Any], leaves: Sequence[Value], directions: Sequence[NDArray[Any]]) -> list[Any]:
        """The derivatives of the results along directions of the leaves; None where they are 0."""
        start = {leaf: float(t) for leaf, t in zip(leaves, directions, strict=True)}
        return [push_values(y, start) if self.tracked(y) else None for y in ys]
