"""Functions of many numbers, each recorded as a single Value: sums, scalar products, norms; and how to add more.

Convention: ``many`` takes the inputs in groups and the local derivatives as ∂y/∂(groups[k][i]) = slopes[k][i] · factor,
so that the numbers of one group can serve as the slopes of another, without a copy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from operator import mul
from typing import Any

from ..core import grad_mode, leaving, noted, recording
from .graph import MANY, Map, compare, new
from .operands import number_of
from .value import Value, ValueLike

__all__ = ["Many", "computed", "dot", "hypot", "many", "sum"]


class Many(Map):
    """An operation of many inputs, ∂y/∂input = partner · factor, as ``many`` records it.

    ``again``     the pair (number, factor) of a recorded Value, computed from its inputs as they are now
    ``partners``  its slopes without the factor, as Values where they depend on inputs: this gives higher orders
    ``factor``    its factor, likewise
    ``unfold``    optional: the same computed by small operations, given groups in place of those of the inputs
    """

    __slots__ = ("again", "factor", "partners", "unfold")

    def __init__(
        self, name: str, again: Callable[[Value], tuple[float, float]], partners: Callable[[Value], tuple[Any, ...]],
        factor: Callable[[Value], ValueLike] = lambda v: v.db,
        unfold: Callable[[Value, tuple[Any, ...]], Value] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name, "many")
        self.again, self.partners, self.factor, self.unfold = again, partners, factor, unfold

    def slopes(self, v: Any) -> list[Any]:
        """The local derivatives of v as Values."""
        groups = self.partners(v)
        now = [*self.again(v), *[getattr(x, "number", x) for group in groups for x in group]]
        compare(v, now, [v.number, v.db, *[d for group in v.da for d in group]])
        factor = self.factor(v)
        return [x * factor for group in groups for x in group]


def many(op: Many, number: float, groups: tuple[Any, ...], slopes: tuple[Any, ...], factor: float = 1.0) -> Value:
    """A Value of many inputs; slopes and factor are floats: ∂y/∂(groups[k][i]) = slopes[k][i] · factor."""
    v = new(Value)
    v.number, v.grad, v.waiting = number, 0.0, 0
    if grad_mode.switches and not recording.on:
        v.op = None
        for group in groups:
            for x in group:
                leaving(x, "no_grad()")
        return v
    v.op, v.a, v.b = op, groups, MANY
    v.da, v.db = slopes, factor
    if grad_mode.switches:
        noted(v)
    return v


def computed(function: Any, floats: Callable[..., Any], *operands: Any) -> Any:
    """``floats(*operands)``, how a function is computed with floats; or what is asked for in its place."""
    if grad_mode.switches and recording.compute is not None:
        return recording.compute(function, floats, operands)
    return floats(*operands)


def fsum(numbers: Iterable[float]) -> float:
    """Σ x, rounded once."""
    y: float = computed(math.fsum, math.fsum, numbers)
    return y


def _values(items: Iterable[ValueLike]) -> tuple[tuple[ValueLike, ...], tuple[float, ...], bool]:
    """The items, all as Values if one of them is; their numbers; and whether one is."""
    given = tuple(items)
    if not any([isinstance(x, Value) for x in given]):
        return given, tuple([number_of(x) for x in given]), False
    values = tuple([x if isinstance(x, Value) else Value(x) for x in given])
    return values, tuple([x.number for x in values]), True


def sum(items: Iterable[ValueLike], start: ValueLike = 0.0) -> Value:
    """Σ xᵢ as a single node, rounded once like ``math.fsum``."""
    xs, numbers, tracked = _values((start, *items) if isinstance(start, Value) or start != 0 else items)
    y = fsum(numbers)
    return many(SUM, y, (xs,), ((1.0,) * len(xs),)) if tracked else Value(y)


def dot(xs: Iterable[ValueLike], ys: Iterable[ValueLike]) -> Value:
    """Σ xᵢ yᵢ as a single node; as many x as y."""
    a, da, left = _values(xs)
    b, db, right = _values(ys)
    if len(a) != len(b):
        raise ValueError(f"dot: got {len(a)} and {len(b)} factors; as many of both are needed")
    y = fsum(map(mul, da, db))
    if left and right:
        return many(DOT, y, (a, b), (db, da))
    if left or right:
        return many(DOT, y, (a,), (db,)) if left else many(DOT, y, (b,), (da,))
    return Value(y)


def hypot(*coordinates: ValueLike) -> Value:
    """√(Σ xᵢ²) as a single node; at 0 its derivatives are 0."""
    xs, numbers, tracked = _values(coordinates)
    y, factor = _norm(numbers)
    return many(HYPOT, y, (xs,), (numbers,), factor) if tracked else Value(y)


def _norm(numbers: Iterable[float]) -> tuple[float, float]:
    """√(Σ xᵢ²) and its factor 1/y, 0 at 0."""
    y: float = computed(math.hypot, math.hypot, *numbers)
    return y, 1 / y if y else 0.0


def _numbers(group: Iterable[Value]) -> tuple[float, ...]:
    return tuple([x.number for x in group])


def _dot_again(v: Value) -> tuple[float, float]:
    others = v.da[0] if len(v.a) == 1 else _numbers(v.a[1])
    return fsum(map(mul, _numbers(v.a[0]), others)), 1.0


SUM = Many("sum", lambda v: (fsum(_numbers(v.a[0])), 1.0), lambda v: v.da)
DOT = Many("dot", _dot_again, lambda v: (v.a[1], v.a[0]) if len(v.a) == 2 else v.da)
HYPOT = Many("norm", lambda v: _norm(_numbers(v.a[0])), lambda v: v.a, lambda v: 1 / v if v.number else 0.0)
