"""From a graph to formulas as a person writes them: ``h1 = x1 w1 + x2 w2 + b1``, ``u1 = tanh h1``, ``E = ½ (f - y)²``.

Convention: a quantity that has no name and is used once is written inside the formula that uses it, if both are
arithmetic and no derivative repeats a long sum, or if it puts a sign before or in a function; every other one is a step
with a formula of its own, and an unnamed one is called z1, z2, ...
"""

from __future__ import annotations

import numpy as np

from ...collector import collected_later
from ..graph import Graph, Operand, Quantity
from .backward import add_gradients
from .expression import Expression, Number, Symbol
from .functions import FUNCTIONS
from .naming import names_of_steps
from .operations import bond, formula
from .steps import Formulas, Step

__all__ = ["fold"]

LARGE, DEEP, FACTORS = 2000, 6, 24  # operands, nesting and factors of one formula: beyond, a step is made
SHORT = 3  # terms and factors of a sum that a square or product takes in; its derivatives repeat a longer one


def fold(graph: Graph, keep: frozenset[int] = frozenset()) -> Formulas:
    """The formulas of a graph; ``keep`` are keys of quantities that get steps of their own in any case."""
    with collected_later():
        return _folded(graph, keep)


def _folded(graph: Graph, keep: frozenset[int]) -> Formulas:
    consumers = graph.consumers()
    kept = _kept(graph, consumers, keep)
    names = names_of_steps(graph, kept, consumers)
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
    add_gradients(formulas, graph)
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
        absorbed = len(used) == 1 and _absorbed(q, graph.quantities[used[0]], graph, kept)
        if q.name or not absorbed or q.key in roots or q.results or q.key in keep:
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


def _absorbed(q: Quantity, user: Quantity, graph: Graph, kept: set[int]) -> bool:
    """Is q written inside the formula of its one user? Arithmetic in arithmetic, a sign before or in a function."""
    if bond(user) is None:  # exp(-x)
        return q.operation == "negative" and _function(user) and _stands(q.operands[0].source, graph, kept)
    if bond(q) is None:  # -log x
        return user.operation == "negative" and _function(q) and _stands(q.operands[0].source, graph, kept)
    return True


def _function(q: Quantity) -> bool:
    """Is it a function of one operand that is written as a word, such as tanh?"""
    return len(q.operands) == 1 and q.operation in FUNCTIONS and FUNCTIONS[q.operation].word


def _stands(key: int | None, graph: Graph, kept: set[int]) -> bool:
    """Is it a symbol in formulas?"""
    return key is not None and (key in kept or not graph.quantities[key].operation)


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
