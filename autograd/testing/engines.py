"""Tensors and Values behind one interface, for checks that hold for both.

Convention: numbers go in and come out as NumPy arrays (without axes for Values); leaves and results are the engine's
own objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import core
from ..core import Switch
from ..tensor import Tensor, of
from ..typing import ArrayLike, NDArray
from ..value import Value, ancestors
from ..value import forward as push_values


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
