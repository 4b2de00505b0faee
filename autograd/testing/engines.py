"""The two engines behind one face, for checks that hold for both: Tensors and Values.

Convention: numbers go in and come out as NumPy arrays (of no axes for Values); leaves and results are the
engine's own objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import core
from ..core import Switch
from ..tensor import Tensor, of
from ..value import Value, ancestors
from ..value import forward as push_values


class OfTensors:
    """Tensors, nodes and the sweeps of ``autograd.core``."""

    def leaf(self, x: Any) -> Any:
        return Tensor(x, requires_grad=True)

    def tracked(self, y: Any) -> bool:
        return isinstance(y, Tensor) and y.node is not None

    def number(self, y: Any) -> Any:
        return y._array if isinstance(y, Tensor) else np.asarray(y)

    def term(self, u: Any, y: Any) -> Any:
        """sum(u y)"""
        return np.sum(y * of(np.asarray(u), None))

    def gradients(self, loss: Any, leaves: Sequence[Any], create: bool) -> list[Any]:
        """d loss / d leaf, None where it does not depend on one; no ``.grad`` is touched."""
        one = np.ones_like(loss._array)
        with Switch(on=True, forward=True):
            found = core.backward(loss.node, of(one, None) if create else one, retain_graph=True, create_graph=create)
        return [found.get(leaf.node) for leaf in leaves]

    def tangent(self, y: Any, leaves: Sequence[Any], directions: Sequence[Any]) -> Any:
        """The derivative of a result along directions of the leaves; None where it is 0."""
        return core.forward(y.node, {leaf.node: t for leaf, t in zip(leaves, directions, strict=True)})


class OfValues:
    """Values and their sweeps."""

    def leaf(self, x: Any) -> Any:
        return Value(float(x))

    def tracked(self, y: Any) -> bool:
        return isinstance(y, Value)

    def number(self, y: Any) -> Any:
        return np.asarray(y.number if isinstance(y, Value) else y, dtype=float)

    def term(self, u: Any, y: Any) -> Any:
        """u y"""
        return y * float(u)

    def gradients(self, loss: Any, leaves: Sequence[Any], create: bool) -> list[Any]:
        """d loss / d leaf; the ``.grad`` of all leaves is put back as it was."""
        before = [(v, v.grad) for v in ancestors(loss) if v.op is None]
        before += [(v, v.grad) for v in leaves if all(v is not other for other, _ in before)]
        try:
            for v, _ in before:
                v.grad = 0.0
            loss.backward(retain_graph=True, create_graph=create)
            return [v.grad for v in leaves]
        finally:
            for v, g in before:
                v.grad = g

    def tangent(self, y: Any, leaves: Sequence[Any], directions: Sequence[Any]) -> Any:
        """The derivative of a result along directions of the leaves."""
        return push_values(y, {leaf: float(t) for leaf, t in zip(leaves, directions, strict=True)})
