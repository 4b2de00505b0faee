"""Recorded Values as quantities: operands, local derivatives; a neuron as the small operations in it.

Convention: a picture never shows a number that was not there. A leaf whose number was assigned after it was used has
the number that its uses recorded, where they tell it, else none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ...ops.special_points import UNTAKEN
from ...value import Many, Value, ancestors, scope_of
from ..graph import Operand, Quantity, Scope
from .building import Building


def add_values(
    building: Building, order: Sequence[Value], gradients: Mapping[int, float], unfold: bool, moved: Mapping[int, Any]
) -> None:
    """Describe Values, each after its inputs; ``gradients`` and ``moved`` (numbers of leaves) go by identity."""
    for v in order:
        made = Quantity(-1, "inner", value=moved.get(id(v), v.number), gradient=gradients.get(id(v)), scalar=True)
        made.dtype, made.scope = "float64", building.scope(scope_of(v))
        if v.op is None:
            made.kind = "parameter"
        elif not (unfold and isinstance(v.op, Many) and v.op.unfold and _unfolded(building, v, made)):
            made.operation = v.op.name
            made.operands = operands(v, building.keys)
        building.add(made, v, v.label)


def operands(v: Value, keys: Mapping[int, int]) -> list[Operand]:
    """What a Value was computed from, in the operation's order: Values with their slopes, and numbers as written."""
    slopes = [d if d is UNTAKEN else float(d) for d in v.slopes]
    tracked = [Operand(keys[id(source)], slope=d) for source, d in zip(v.inputs, slopes, strict=True)]
    form = v.op.form
    if form == "right":
        return [Operand(literal=v.db), *tracked]
    if form == "left":
        return [*tracked, Operand(literal=v.db)]
    if form == "one":
        return [*tracked, *[Operand(literal=c) for c in v.db or ()]]
    if v.op.name == "dot" and len(v.a) == 1:
        return [*tracked, *[Operand(literal=c) for c in v.da[0]]]
    return tracked


def _unfolded(building: Building, v: Value, made: Quantity) -> bool:
    """Describe the small operations that make up a node of many inputs, and let ``made`` be the last of them."""
    proxies = tuple([tuple([Value(source.number) for source in group]) for group in v.a])
    y = v.op.unfold(v, proxies)
    inner = [w for w in ancestors(y) if w.op is not None]
    if not inner or not math.isclose(y.number, v.number, rel_tol=1e-9, abs_tol=1e-12):
        return False  # an input was assigned since: the parts are no longer those of v
    keys = {
        id(proxy): building.keys[id(source)]
        for stands, group in zip(proxies, v.a, strict=True) for proxy, source in zip(stands, group, strict=True)
    }  # fmt: skip
    found = {} if made.gradient is None else sweep([y], inner, made.gradient)
    scope = Scope(len(building.graph.scopes), made.scope, "kernel", v.op.name)
    building.graph.scopes.append(scope)
    for w in inner:
        part = made if w is y else Quantity(-1, "inner", value=w.number, scalar=True, dtype="float64")
        part.operation, part.operands, part.scope = w.op.name, operands(w, keys), scope.key
        if w is not y:
            part.gradient = found.get(id(w))
            keys[id(w)] = building.add(part, w).key
    return True


# ---------------------------------------------------------------- gradients


def sweep(roots: Sequence[Value], order: Sequence[Value], gradient: float = 1.0) -> dict[int, float]:
    """gradient · ∂(Σ roots)/∂v for each v, by identity: the sweep of Values, in numbers that nobody else sees."""
    found: dict[int, Any] = {id(v): -0.0 for v in order}
    for root in roots:
        found[id(root)] = found[id(root)] + gradient
    for v in reversed(order):
        if v.op is None:
            continue
        g = found[id(v)]
        if v.op.form == "many":
            g = g * v.db
            pairs: Any = [(x, d) for group, slopes in zip(v.a, v.da, strict=True) for x, d in zip(group, slopes)]  # noqa: B905
        else:
            pairs = zip(v.inputs, v.slopes, strict=True)
        for source, d in pairs:
            found[id(source)] = found.get(id(source), -0.0) + g * d
    return {key: g if g is UNTAKEN else float(g) + 0.0 for key, g in found.items()}


def stored(order: Sequence[Value]) -> dict[int, float]:
    """The gradients that a backward pass has left: none before one, when all are 0."""
    reached: set[int] = set()
    found: dict[int, float] = {}
    for v in reversed(order):
        g = getattr(v.grad, "number", v.grad)
        if v.op is not None and (v.waiting == SWEPT or g):
            reached.add(id(v))
        if id(v) in reached:
            reached.update(map(id, v.inputs))
        if g is not None and (g or id(v) in reached):
            found[id(v)] = float(g)
    return found


SWEPT = -1  # as sweeps.py marks a Value whose graph was not kept


# ---------------------------------------------------------------- leaves that were assigned


def assigned(order: Sequence[Value]) -> dict[int, Any]:
    """The numbers of leaves that were assigned after they were used: as their uses recorded them, or None."""
    known: dict[int, Any] = {}
    doubtful: set[int] = set()
    certain: set[int] = set()
    for v in order:
        if v.op is None or all(source.op is not None for source in v.inputs):
            continue
        leaves = [source for source in v.inputs if source.op is None]
        if _as_recorded(v):
            slopes = zip(v.inputs, v.slopes, strict=True)
            certain.update(id(x) for x, d in slopes if x.op is None and d is not UNTAKEN and d)  # others tell nothing
        else:
            doubtful.update(map(id, leaves))
            if v.op.name == "multiply" and v.op.form == "both":
                known.update({id(v.a): v.db, id(v.b): v.da})
    return {key: known.get(key) for key in doubtful if key in known or key not in certain}


def _as_recorded(v: Value) -> bool:
    """Do the inputs of v, as they are now, give v?"""
    try:
        if isinstance(v.op, Many):
            numbers = [v.number, v.db, *[d for group in v.da for d in group]]
            groups = v.op.partners(v)
            now = [*v.op.again(v), *[getattr(x, "number", x) for group in groups for x in group]]
        else:
            again = v.op.call(*[x.detach() if isinstance(x, Value) else x for x in v.op.operands(v)])
            numbers, now = [v.number, *v.slopes], [again.number, *again.slopes]
    except (ValueError, ArithmeticError):  # the function is not defined at the new number
        return False
    return all(p == q or (p != p and q != q) for p, q in zip(now, numbers, strict=True))
