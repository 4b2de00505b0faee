"""From a graph to formulas as a person writes them: ``h1 = x1 w1 + x2 w2 + b1``, ``u1 = tanh h1``, ``E = ½ (f - y)²``.

Convention: a quantity that has no name and is used once is written inside the formula that uses it, if both are
arithmetic and no derivative repeats a long sum; every other one is a step with a formula of its own, and an unnamed one
is called z1, z2, ... Numbers are
those of the graph: the slope of a step by an operand is summed along folded paths, not computed from symbols.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..collector import collected_later
from ..graph import Graph, Operand, Quantity
from .expression import Expression, Number, Product, Symbol, add, multiply, ones, symbols
from .names import shown
from .operations import bond, formula
from .pull import pull

__all__ = ["Formulas", "Step", "Use", "fold"]

LARGE, DEEP, FACTORS = 2000, 6, 24  # operands, nesting and factors of one formula: beyond, a step is made
SHORT = 3  # terms and factors of a sum that a square or product takes in; its derivatives repeat a longer one


@dataclass(slots=True)
class Use:
    """An operand of a step's formula.

    ``key``      the operand's step
    ``step``     the step whose formula it is
    ``local``    ∂(step)/∂(operand) in symbols, ``1 - tanh² h1``; None where arrays are not multiplied by it
    ``slope``    the same as a number; None for arrays
    ``arrives``  what it adds to the operand's gradient, in symbols: ``δ2 (1 - tanh² h1)``
    ``amount``   the same as a number; None for arrays and before a backward pass
    """

    key: int
    step: int
    local: Expression | None
    slope: float | None
    arrives: Expression
    amount: float | None


@dataclass(slots=True)
class Step:
    """A quantity that formulas speak of: a leaf, or one with a formula.

    ``key``         of the quantity in the graph
    ``symbol``      as it is called in formulas; unlike ``Quantity.name`` no two steps have the same
    ``expression``  its formula; None for a leaf
    ``uses``        the operands of its formula
    ``folded``      the keys of the quantities that the formula computes on the way
    ``delta``       the name of its gradient, δ1; None for leaves, constants and a result (1)
    ``arrivals``    what its gradient is the sum of: the uses by other steps, in the order of the backward pass
    ``gradient``    ∂(result)/∂(this) in symbols, for an inner step in those of the steps after it; None for a constant
    ``value``, ``grad``  the numbers or arrays, as in the graph
    """

    key: int
    symbol: Symbol
    quantity: Quantity
    expression: Expression | None = None
    uses: list[Use] = field(default_factory=list)
    folded: list[int] = field(default_factory=list)
    delta: Symbol | None = None
    arrivals: list[Use] = field(default_factory=list)
    gradient: Expression | None = None

    @property
    def name(self) -> str:
        return self.symbol.name

    @property
    def value(self) -> Any:
        return self.quantity.value

    @property
    def grad(self) -> Any:
        return self.quantity.gradient


@dataclass(slots=True)
class Formulas:
    """``steps`` by key, each after those it is computed from; ``backward`` the keys in the order of the backward pass,
    results first, leaves last; ``roots`` the results."""

    steps: dict[int, Step] = field(default_factory=dict)
    backward: list[int] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)

    @property
    def inner(self) -> list[Step]:
        """The steps that have formulas."""
        return [step for step in self.steps.values() if step.expression is not None]


def fold(graph: Graph, keep: frozenset[int] = frozenset()) -> Formulas:
    """The formulas of a graph; ``keep`` are keys of quantities that get steps of their own in any case."""
    with collected_later():
        return _folded(graph, keep)


def _folded(graph: Graph, keep: frozenset[int]) -> Formulas:
    consumers = graph.consumers()
    kept = _kept(graph, consumers, keep)
    names = _names(graph, kept, consumers)
    formulas = Formulas(roots=list(graph.roots))
    trees: dict[int, Expression] = {}
    inside: dict[int, list[int]] = {}
    for q in graph.quantities:
        symbol = Symbol(names[q.key], q.key, q.shape) if q.key in names else None
        if not q.operation:
            trees[q.key] = _leaf(q, symbol)
            if symbol is not None:
                formulas.steps[q.key] = Step(q.key, symbol, q)
            continue
        sources = [operand.source for operand in q.operands if operand.source is not None]
        below = _merged([inside.pop(source) for source in dict.fromkeys(sources) if source in inside])
        besides = {name: trees[key] for name, key in q.besides}
        tree = formula(q, [_operand(operand, trees) for operand in q.operands], symbol, besides)
        if symbol is None:
            below.append(q.key)
            inside[q.key] = below
            trees[q.key] = tree
        else:
            trees[q.key] = symbol
            formulas.steps[q.key] = Step(q.key, symbol, q, tree, folded=sorted(below))
    spoken = {key: _symbols(step) for key, step in formulas.steps.items()}
    _order(formulas, spoken)
    _deltas(formulas, spoken)
    swept = graph.differentiated
    for key in formulas.backward:
        _back(formulas, formulas.steps[key], graph, spoken[key], swept)
    return formulas


def _merged(lists: list[list[int]]) -> list[int]:
    """All together: the longest grows, so that long sums cost no more than they have terms."""
    if not lists:
        return []
    longest = max(lists, key=len)
    for other in lists:
        if other is not longest:
            longest += other
    return longest


# ---------------------------------------------------------------- forward


def _kept(graph: Graph, consumers: list[list[int]], keep: frozenset[int]) -> set[int]:
    """The keys of computed quantities that are steps."""
    roots = set(graph.roots)
    kept: set[int] = set()
    size, depth = [1] * len(graph.quantities), [0] * len(graph.quantities)
    for q in graph.quantities:
        if not q.operation:
            continue
        mine = bond(q)
        used = consumers[q.key]
        absorbed = len(used) == 1 and bond(graph.quantities[used[0]]) is not None
        if q.name or mine is None or not absorbed or q.key in roots or q.results or q.key in keep:
            kept.add(q.key)
        folded = [o.source for o in q.operands if o.source is not None and graph.quantities[o.source].operation]
        folded = [key for key in folded if key not in kept]
        if mine == "^" or (mine == "*" and sum(o.source is not None for o in q.operands) > 1):
            kept |= {k for k in folded if size[k] > SHORT and bond(graph.quantities[k]) == "+"}
            folded = [key for key in folded if key not in kept]
        for key in sorted(folded, key=lambda k: -size[k]):
            theirs = bond(graph.quantities[key])
            depth[q.key] = max(depth[q.key], depth[key] + (theirs != mine))
        most = FACTORS if mine in ("*", "^") else LARGE
        total = sum(size[key] for key in folded) + len(q.operands) - len(folded)
        for key in sorted(folded, key=lambda k: -size[k]):
            if total <= most and depth[q.key] <= DEEP:
                break
            kept.add(key)
            total -= size[key] - 1
            rest = [k for k in folded if k not in kept]
            depth[q.key] = max([depth[k] + (bond(graph.quantities[k]) != mine) for k in rest], default=0)
        size[q.key] = max(total, 1)
    return kept


def _leaf(q: Quantity, symbol: Symbol | None) -> Expression:
    return symbol if symbol is not None else Number(float(q.value))


def _operand(operand: Operand, trees: dict[int, Expression]) -> Expression:
    if operand.source is not None:
        return trees[operand.source]
    literal = operand.literal
    if literal is None or np.ndim(literal):
        return Symbol("?", None, np.shape(literal))
    if isinstance(literal, complex):
        return Symbol(f"{literal}")
    return Number(literal if isinstance(literal, int | float) else float(literal))


def _names(graph: Graph, kept: set[int], consumers: list[list[int]]) -> dict[int, str]:
    """What the steps are called; equal names are told apart by primes, unnamed ones are numbered."""
    taken = {name for q in graph.quantities if q.name for name in (q.name, re.split(r"[\[.]", q.name)[0])}
    count = dict.fromkeys(["x", "p", "c", "z", "y"], 0)
    found: dict[int, str] = {}
    used: set[str] = set()
    times: dict[str, int] = {}
    lonely = sum(1 for key in graph.roots if not graph.quantities[key].name) == 1

    def numbered(letter: str) -> str:
        while True:
            count[letter] += 1
            name = f"{letter}{count[letter]}"
            if name not in taken:
                return name

    def first(q: Quantity) -> int:  # the leaves of one neuron get equal marks
        return q.key if q.operation else min(consumers[q.key], default=q.key)

    for q in sorted(graph.quantities, key=first):
        if q.name and (q.key in kept or not q.operation):
            name = base = shown(q.name)
            while name in used:
                times[base] = times.get(base, 0) + 1
                name = base + _mark(times[base])
            used.add(name)
            found[q.key] = name
    for q in graph.quantities:
        if q.name or (q.operation and q.key not in kept):
            continue
        if q.key in graph.roots:
            name = "y" if lonely and "y" not in taken else numbered("y")
        elif q.operation:
            name = numbered("z")
        elif q.kind == "constant":
            if q.shape == () and isinstance(q.value, int | float | np.generic):
                continue
            name = numbered("c")
        else:
            name = numbered("x" if q.kind == "input" else "p")
        found[q.key] = name
    return found


def _mark(n: int) -> str:
    return "′″‴"[n - 1] if n <= 3 else f"⁽{str(n + 1).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}⁾"


# ---------------------------------------------------------------- backward


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
