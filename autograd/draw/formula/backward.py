"""The backward pass in symbols: what each step's gradient is the sum of, and the names δ1, δ2, ... of those used again.

Convention: level by level from the results. The slope of a step by an operand is a number summed along folded paths,
not computed from symbols.
"""

from __future__ import annotations

from ..graph import Graph, Quantity
from .expression import Expression, Number, Product, Symbol, add, multiply, ones, symbols
from .pull import pull
from .steps import Formulas, Step, Use

__all__ = ["add_gradients"]


def add_gradients(formulas: Formulas, graph: Graph) -> None:
    """Give the steps of a graph their uses, arrivals, gradients and δ's, and put them in order."""
    spoken = {key: _symbols(step) for key, step in formulas.steps.items()}
    _order(formulas, spoken)
    _deltas(formulas, spoken)
    swept = graph.differentiated
    for key in formulas.backward:
        _back(formulas, formulas.steps[key], graph, spoken[key], swept)


def _order(formulas: Formulas, spoken: dict[int, list[Symbol]]) -> None:
    """The steps level by level from the results, within a level as the formulas name them; leaves last."""
    steps = formulas.steps
    sources = {key: [s.key for s in found if s.key is not None] for key, found in spoken.items()}
    level = dict.fromkeys(steps, 0)
    for key in reversed(list(steps)):
        for source in sources[key]:
            level[source] = max(level[source], level[key] + 1)
    place: dict[int, int] = {}
    by_level: dict[int, list[int]] = {}
    for key in formulas.roots:
        place.setdefault(key, len(place))
    for key in steps:
        by_level.setdefault(level[key], []).append(key)
    for height in sorted(by_level):
        row = sorted(by_level[height], key=lambda key: place.get(key, len(steps) + key))
        formulas.backward += row
        for key in row:
            for source in sources[key]:
                place.setdefault(source, len(place))
    formulas.backward.sort(key=lambda key: steps[key].expression is None)


def _symbols(step: Step) -> list[Symbol]:
    """The quantities that a step's formula speaks of, in the order of writing."""
    if step.expression is None:
        return []
    return [symbol for symbol in symbols(step.expression) if symbol.key is not None]


def _deltas(formulas: Formulas, spoken: dict[int, list[Symbol]]) -> None:
    """Name the gradients of inner steps in the order of the backward pass."""
    taken = {step.name for step in formulas.steps.values()}
    used = {symbol.key for found in spoken.values() for symbol in found}
    n = 0
    for key in formulas.backward:
        step = formulas.steps[key]
        if step.expression is not None and (key in used or key not in formulas.roots):
            n += 1
            while f"δ{n}" in taken:
                n += 1
            step.delta = Symbol(f"δ{n}", None, step.quantity.shape)


def _back(formulas: Formulas, step: Step, graph: Graph, spoken: list[Symbol], swept: bool) -> None:
    """The gradient of a step, of which all consumers are done, and what it gives its operands."""
    q = step.quantity
    if not _tracked(q, swept):
        return
    root = step.key in formulas.roots
    seed: list[Expression] = [ones(1, q.shape)] if root else []
    step.gradient = add(*seed, *[use.arrives for use in step.arrivals])
    if step.expression is None:
        return
    slopes = _slopes(step, graph)
    d: Expression = step.delta if step.delta is not None else ones(1, q.shape)
    numbers = not q.shape and all(not part.shape for part in spoken)
    for symbol, derivative in pull(step.expression, Number(1) if numbers else d).items():
        other = formulas.steps.get(symbol.key) if symbol.key is not None else None
        if other is None or not _tracked(other.quantity, swept):
            continue
        slope = slopes.get(other.key)
        local = derivative if numbers else _without(derivative, d)
        arrives = multiply(d, derivative) if numbers else derivative
        amount = None if slope is None or not isinstance(q.gradient, float) else q.gradient * slope
        use = Use(other.key, step.key, local, slope, arrives, amount)
        step.uses.append(use)
        other.arrivals.append(use)


def _tracked(q: Quantity, swept: bool) -> bool:
    """Is anything differentiated by it? An input of whole numbers is not."""
    return q.kind != "constant" and not (q.kind == "input" and q.gradient is None and swept)


def _without(arrives: Expression, d: Expression) -> Expression | None:
    """The factor of d in what arrives; None if d is not simply multiplied by it."""
    if isinstance(d, Number) and not d.shape:
        return arrives
    if arrives == d:
        return Number(1)
    if isinstance(arrives, Product) and d in arrives.factors:
        rest = list(arrives.factors)
        rest.remove(d)
        return multiply(*rest)
    return None


def _slopes(step: Step, graph: Graph) -> dict[int, float | None]:
    """∂(step)/∂(operand) as numbers, summed along the folded paths."""
    found: dict[int, float | None] = {step.key: 1.0}
    inside = {*step.folded, step.key}
    for key in [step.key, *reversed(step.folded)]:
        d = found.pop(key, None)
        for operand in graph.quantities[key].operands:
            if operand.source is None:
                continue
            old = found.get(operand.source, -0.0)  # which adds nothing, neither to a number nor to UNTAKEN
            through = None if d is None or operand.slope is None else d * operand.slope
            found[operand.source] = None if old is None or through is None else old + through
    return {key: d for key, d in found.items() if key not in inside}
