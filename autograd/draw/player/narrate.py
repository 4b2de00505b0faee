"""A story from a graph: forward node by node, then backward edge by edge.

Convention: what is computed is told in the order of the graph, the chain rule in the opposite one, so that a gradient
is complete before it is passed on. ∂E/∂x is told as it grows: ``= 0.3 + …``, then ``= 0.3 + 0.12 = 0.42``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..diagram import Diagram
from ..faces.numbers import number
from ..formula import Expression, Formulas, Number, Symbol, Use, evaluate
from ..formula import Step as Formula
from ..formula.expression import symbols
from ..graph import Graph, Quantity
from .amounts import amount
from .lines import factor, in_numbers, in_symbols, pieces, place
from .places import Places, heats
from .program import program
from .story import Edge, Leaf, Piece, Step, Story

__all__ = ["narrate"]

KINDS = {"input": "inputs", "parameter": "parameters", "constant": "constants"}


def narrate(graph: Graph, formulas: Formulas, diagram: Diagram, title: str) -> Story:
    """The story of a graph, a step for each of its formulas; ``diagram`` is its picture."""
    return _Teller(graph, formulas, diagram, title).story


class _Teller:
    """A story that grows."""

    def __init__(self, graph: Graph, formulas: Formulas, diagram: Diagram, title: str) -> None:
        self.graph, self.formulas, self.places = graph, formulas, Places(diagram)
        self.alone = len(graph.roots) == 1 and not graph.summed
        names = [q.name for q in graph.quantities]
        for key, step in formulas.steps.items():
            names[key] = step.name
        self.names = names
        named = self.written(graph.roots[0]) if len(graph.roots) == 1 else ""
        self.root = named if self.alone else f"Σ{named}"
        values, gradients = [amount(q.value) for q in graph.quantities], [amount(q.gradient) for q in graph.quantities]
        slopes = [[amount(operand.slope) for operand in q.operands] for q in graph.quantities]
        self.story = Story(title, names, values, gradients, slopes, list(graph.roots), heats=heats(graph, diagram))
        self.story.program, self.story.reason = program(graph)
        self.arrived: dict[int, list[Edge]] = defaultdict(list)  # the contributions to each quantity
        self.due = Counter(use.key for step in formulas.inner for use in self._told(step))
        self._given()
        for step in _by_level(formulas):
            self._forward(step)
        if graph.differentiated:
            for key in graph.roots:
                self._begin(key)
            for key in formulas.backward:
                for use in self._told(formulas.steps[key]):
                    self._backward(formulas.steps[key], use)
        self._count()

    def written(self, key: int) -> str:
        """The name of a quantity as it stands in formulas."""
        return in_symbols(self.formulas.steps[key].symbol)

    # ------------------------------------------------ forward

    def _given(self) -> None:
        """Step 0: inputs and parameters have their numbers."""
        leaves = [q for q in self.graph.quantities if not q.operation]
        kinds = {"parameter" if q.kind == "result" else q.kind for q in leaves}
        words = [word for kind, word in KINDS.items() if kind in kinds]
        about = f"{' and '.join(words).capitalize()} are given" if words else "Nothing is given"
        self._step(Step("start", about, [["What follows is computed from them."]]))
        for q in leaves:
            self._appears(f"value {q.key}", ("value", q.key, False))
            self.story.leaves.append(Leaf(q.key, self.names[q.key] or "?", q.kind if q.kind in KINDS else "parameter"))

    def _forward(self, step: Formula) -> None:
        """h1 = x1 w1 + b1 = 0.5 · 2 + 0.1 = 1.1"""
        assert step.expression is not None
        line: list[list[Piece]] = [[self.written(step.key)], [f"= {in_symbols(step.expression)}"]]
        if not _arrays(step.expression):
            numbers = pieces(f"= {in_numbers(step.expression)}")
            if numbers != line[-1] and not _place_alone(numbers):
                line.append(numbers)
        line.append(["= ", ("value", step.key, False)])
        self._step(Step("forward", f"{step.name} is computed", line, self.places.box(step.key)))
        for key in [*step.folded, step.key]:
            self._appears(f"value {key}", ("value", key, False))

    # ------------------------------------------------ backward

    def d(self, key: int) -> str:
        """∂E/∂x"""
        return f"∂{self.root}/∂{self.written(key)}"

    def _begin(self, key: int) -> None:
        """∂E/∂E = 1"""
        name = self.names[key]
        about = f"The backward pass begins at {name}"
        if not self.alone:
            about += f"; {self.root} is the sum of all elements of the results"
        one = "= 1" if not self.graph.quantities[key].shape else "= 1 for each element"
        self._step(Step("backward", about, [[self.d(key)], [one]], self.places.box(key)))
        if self.due[key]:  # one result is computed from another: more arrives
            self._appears(f"gradient {key}", "1", " + …")
        else:
            self._appears(f"gradient {key}", ("gradient", key, False))

    def _told(self, step: Formula) -> Iterator[Use]:
        """The contributions that are told: those to what has a gradient, as far as the picture shows them."""
        quantities = self.graph.quantities
        for use in step.uses:
            known = step.grad is not None and quantities[use.key].gradient is not None
            if known and self.places.passes(step.key, use.key):
                yield use

    def _backward(self, step: Formula, use: Use) -> None:
        """∂E/∂x = 0.3 + δ4 · w1 = 0.3 + (-0.12) · 2 = 0.3 + (-0.24) = 0.06"""
        story, source = self.story, self.formulas.steps[use.key]
        at = len(story.edges)
        earlier = self.arrived[use.key][-1] if self.arrived[use.key] else None
        arrivals = len(self.arrived[use.key]) + 1
        last = arrivals == self.due[use.key]
        edge = self._edge(step, use, earlier, last)
        story.edges.append(edge)
        self.arrived[use.key].append(edge)
        begun = earlier is not None or use.key in self.graph.roots
        first, more = (f"{place('before', at)} + " if begun else ""), ("" if last else " + …")
        upstream = step.delta.name if step.delta is not None else self.d(step.key)

        line: list[list[Piece]] = []
        if source.delta is not None and last:
            line.append([f"{source.delta.name} ="])
        line.append([self.d(use.key)])
        seeded = self.alone and step.key in self.graph.roots and not self.due[step.key]  # ∂E/∂E = 1 need not be told
        if edge.paths and use.local is not None:
            slope = in_symbols(use.local)
            if seeded and not first and isinstance(use.local, Number) and slope == number(edge.slope):
                pass  # = 1 is all that there is to say
            elif seeded:
                symbols, numbers = pieces(f"= {first}{slope}{more}"), pieces(f"= {first}{in_numbers(use.local)}{more}")
                known = numbers == symbols or _place_alone(numbers) or "∂" in slope
                line += [symbols] if known else [symbols, numbers]
            else:
                line.append(pieces(f"= {first}{upstream} · {factor(slope)}{more}"))
                line.append(pieces(f"= {first}{place('gradient', step.key)} · {place('slope', at)}{more}"))
            if first:
                line.append(pieces(f"= {first}{place('part', at)}{more}"))
        else:
            line.append(pieces(f"= {first}{in_symbols(use.arrives)}{more}"))
            if first and isinstance(edge.part, str):
                line.append(pieces(f"= {first}{place('part', at)}{more}"))
        if edge.sum is not None:
            line.append(pieces(f"= {place('sum', at)}{more}"))
        about = f"{step.name} passes its gradient to {source.name}"
        if self.due[use.key] > 1:
            about += f": contribution {arrivals} of {self.due[use.key]}"
        arrow = self.places.arrow(step.key, use.key)
        self._step(Step("backward", about, line, self.places.box(use.key), arrow, ("part", at, False)))
        self._appears(f"gradient {use.key}", ("sum", at, False), more)
        self._appears(f"derivative {step.key} {use.key}", ("slope", at, False))
        if last:
            for key in source.folded:
                self._appears(f"gradient {key}", ("gradient", key, False))
        for key, k in {slot for path in edge.paths for slot in path}:
            self._appears(f"slope {key} {k}", ("local", key, False, k))

    def _edge(self, step: Formula, use: Use, earlier: Edge | None, last: bool) -> Edge:
        """A contribution with its numbers as they are now."""
        source = self.formulas.steps[use.key]
        edge = Edge(step.key, use.key, [] if use.slope is None else self._paths(step, use.key))
        if edge.paths and use.slope is not None and isinstance(step.grad, int | float):
            part = use.slope * step.grad
            before = float(use.key in self.graph.roots) if earlier is None else earlier.sum
            edge.slope, edge.part, edge.before = amount(use.slope), amount(part), before
            edge.sum = amount(before + part) if isinstance(before, float) else amount(source.grad) if last else None
            return edge
        edge.paths = []
        alone = earlier is None and use.key not in self.graph.roots
        part = source.grad if last and alone else self._evaluated(use.arrives, source.quantity)
        edge.part = amount(part)
        edge.before = "…" if earlier is None or earlier.sum is None else earlier.sum
        edge.sum = amount(source.grad) if last else edge.part if alone else None
        return edge

    def _evaluated(self, x: Expression, q: Quantity) -> Any:
        """The array of the shape of q that an expression stands for; None if that cannot be told."""
        known: dict[Symbol, Any] = {}
        for step in self.formulas.steps.values():
            known[step.symbol] = step.value
            if step.delta is not None:
                known[step.delta] = step.grad
        try:
            return np.broadcast_to(evaluate(x, known), q.shape)
        except (KeyError, ValueError, TypeError):
            return None

    def _paths(self, step: Formula, source: int) -> list[list[tuple[int, int]]]:
        """The ways from a step's result down to a source, through what its formula folded."""
        folded = set(step.folded)
        found: list[list[tuple[int, int]]] = []
        stack: list[tuple[int, list[tuple[int, int]]]] = [(step.key, [])]
        while stack:
            key, path = stack.pop()
            for k, operand in enumerate(self.graph.quantities[key].operands):
                if operand.source == source:
                    found.append([*path, (key, k)])
                elif operand.source in folded:
                    stack.append((operand.source, [*path, (key, k)]))
        return found

    # ------------------------------------------------ steps

    def _step(self, step: Step) -> None:
        self.story.steps.append(step)

    def _appears(self, what: str, piece: Piece, after: str = "") -> None:
        """From this step on, the picture's texts that show it do so, with a text ``after`` the number."""
        self.story.appear.setdefault(what, []).append((len(self.story.steps) - 1, piece, after))

    def _count(self) -> None:
        """forward 2 of 6"""
        counts = Counter(step.phase for step in self.story.steps)
        seen: Counter[str] = Counter()
        for step in self.story.steps:
            seen[step.phase] += 1
            if step.phase != "start":
                step.phase = f"{step.phase} {seen[step.phase]} of {counts[step.phase]}"


def _place_alone(part: list[Piece]) -> bool:
    """Is it nothing but a number, which the line ends with anyway?"""
    return len(part) == 2 and part[0] == "= "


def _by_level(formulas: Formulas) -> list[Formula]:
    """The steps that have formulas, layer by layer: each after what it is computed from."""
    level = dict.fromkeys(formulas.steps, 0)
    for step in formulas.inner:
        assert step.expression is not None
        level[step.key] = 1 + max(
            (level.get(s.key, 0) for s in symbols(step.expression) if s.key is not None), default=0
        )
    return sorted(formulas.inner, key=lambda step: level[step.key])


def _arrays(x: Expression) -> bool:
    """Is there an array in it?"""
    work = [x]
    while work:
        part = work.pop()
        if part.shape:
            return True
        work += part.parts
    return False
