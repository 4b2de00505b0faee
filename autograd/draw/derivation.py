"""The lines of a derivation, and its numbers: those along the paths, computed again and held against the engine's.

Convention: every gradient between result and leaf that several paths share is written once and named δ, so that a
derivation is as long as the graph, however many paths there are.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from .explanation import LONGEST, Explanation, Line, Section, array_text, number_pair
from .formula import Expression, Formulas, Number, Step, Symbol, Use, evaluate, to_latex, to_text
from .graph import Graph

__all__ = ["Derivation"]

MANY = 12  # paths that arrive at one quantity and are written by themselves
# A negative number at the very front needs no parentheses, unless it is raised to a power.
FIRST = re.compile(r"^\((-[^()]+)\)(?= [-+·/]|$)")
FIRST_LATEX = re.compile(r"^\\left\((-[^()]+)\\right\)(?= [-+]| \\cdot|$)")
HINT = "ask for less, as explain(y, wrt=x) of an inner y or of a single leaf x"


class Derivation:
    """The lines of a derivation, and its numbers: those along the paths, recomputed here."""

    def __init__(self, formulas: Formulas, graph: Graph, keys: list[int]) -> None:
        self.formulas = formulas
        self.steps = formulas.steps
        self.keys = list(dict.fromkeys(keys))
        self.root = self.steps[graph.roots[0]]
        self.summed = graph.summed
        kinds = {q.dtype for q in graph.quantities}  # formulas are computed in double precision
        self.tolerance = 0.1 if "float16" in kinds else 1e-3 if "float32" in kinds else 1e-9
        self.values = {step.symbol: step.value for step in self.steps.values() if step.value is not None}
        arrays = map(np.asarray, self.values.values())
        self.finite = all(np.isfinite(x).all() for x in arrays if x.dtype.kind in "fc")
        self.on = self._between()
        self.found: dict[int, Any] = {}
        with np.errstate(invalid="ignore", over="ignore"):  # the engine has warned, and its numbers are compared
            for key in formulas.backward:
                if key in self.on:
                    self._accumulate(self.steps[key])
        for key in self.keys:
            self._compare(self.steps[key])

    def _between(self) -> set[int]:
        """The keys of the steps that lie on a path from what is asked for to the result."""
        on = set(self.keys)
        for key, step in self.steps.items():
            if any(use.key in on for use in step.uses):
                on.add(key)
        return on

    # ------------------------------------------------ numbers

    def _accumulate(self, step: Step) -> None:
        """The gradient of a step from those of its consumers, along the paths."""
        q = step.quantity
        total: Any = np.ones(q.shape)[()] if step is self.root else 0.0
        for use in step.arrivals:
            more = self._arriving(use, step)
            total = None if total is None or more is None else total + more
        if total is None:  # a function that is not written out: the engine's own
            total = q.gradient
        total = self._settled(total, q.gradient)
        self.found[step.key] = total
        if step.delta is not None and total is not None:
            self.values[step.delta] = np.broadcast_to(total, q.shape)[()] if q.shape else float(total)

    def _settled(self, mine: Any, engines: Any) -> Any:
        """The engine's number at special points, of which a formula says nothing: 0 / 0, a maximum of NaN."""
        if mine is None or engines is None:
            return mine
        regular = np.isfinite(mine) & np.isfinite(engines) & self.finite
        return mine if np.all(regular) else np.where(regular, mine, engines)[()]

    def _arriving(self, use: Use, step: Step) -> Any:
        """What one consumer adds; None where the derivation does not say it."""
        before = self.found.get(use.step)
        if use.slope is not None and before is not None:
            return use.slope * before
        try:
            y = evaluate(use.arrives, self.values)
        except (LookupError, ArithmeticError, TypeError, ValueError):  # it is not written out, or singular
            return None
        return np.broadcast_to(y, step.quantity.shape)[()]

    def _compare(self, step: Step) -> None:
        """Raise if the derivation does not give the engine's gradient."""
        mine, engines = self.found.get(step.key), step.grad
        if mine is None or engines is None:
            return
        self.hold(step, mine, engines)

    def hold(self, step: Step, mine: Any, engines: Any) -> None:
        """Raise if two gradients differ by more than rounding."""
        tolerance = self.tolerance
        amounts = [abs(use.amount) for use in step.arrivals if use.amount is not None]
        scale = max([1.0, *[x for x in amounts if np.isfinite(x)]])  # what cancels leaves rounding of this size
        if not np.allclose(mine, engines, rtol=tolerance, atol=tolerance * scale, equal_nan=True):
            raise RuntimeError(
                f"explain: by the chain rule ∂{self.root.name}/∂{step.name} is {_said(mine)}, but the engine's "
                f"backward pass gives {_said(engines)}. Please report this graph."
            )

    # ------------------------------------------------ lines

    def explanation(self) -> Explanation:
        root = to_text(self.root.symbol)
        wanted = [self.steps[key] for key in self.keys]
        back = [self.steps[key] for key in self.formulas.backward if key in self.on and key not in self.keys]
        parts = [_ends(part) for part in (self.formulas.inner, [s for s in back if s.delta is not None], wanted)]
        forward = [self._forward(step) for step in parts[0][0]]
        backward, results = [[line for step in part for line in self._gradient(step)] for part, _ in parts[1:]]
        whole = f"Σ {root}" if self.summed else root
        titles = ["Forward pass", "Backward pass", f"Derivative{'s' * (len(wanted) > 1)} of {whole}"]
        gradient = {step.name: self.found.get(step.key) for step in wanted}
        sections = [
            Section(title, lines, missing)
            for title, lines, (_, missing) in zip(titles, (forward, backward, results), parts, strict=True)
        ]
        return Explanation(root, gradient, sections, HINT)

    def _forward(self, step: Step) -> Line:
        assert step.expression is not None
        line = Line([to_text(step.symbol)], [to_latex(step.symbol)])
        self._equal(line, step.expression)
        return self._ended(line, step.expression, step.value)

    def _gradient(self, step: Step) -> list[Line]:
        """The gradient by one step: a line for each path that arrives, and their sum."""
        if step.gradient is None:
            return []
        line = Line([self._by(step)], [self._by(step, latex=True)])
        if step.delta is not None:
            line.text.insert(0, to_text(step.delta))
            line.latex.insert(0, to_latex(step.delta))
        rule = [self._rule(use, step) for use in _ends_of(step.arrivals)]
        if rule and not (len(rule) == 1 and step.arrivals[0].step == self.root.key):
            line.text.append(" + ".join(text for text, _ in _shortened(rule)))
            line.latex.append(" + ".join(latex for _, latex in _shortened(rule)))
        self._equal(line, step.gradient)
        return [*self._paths(step), self._ended(line, step.gradient, self.found.get(step.key))]

    def _paths(self, step: Step) -> list[Line]:
        """Where several arrive, each by itself."""
        if len(step.arrivals) < 2:
            return []
        lines = []
        for use in _ends_of(step.arrivals):
            by = self.steps[use.step]
            line = Line([to_text(use.arrives)], [rf"\mathrm{{by\ }}{to_latex(by.symbol)}:\ {to_latex(use.arrives)}"])
            line.lead = f"by {to_text(by.symbol)}: "
            before = self.found.get(use.step)
            amount = use.slope * before if use.slope is not None and before is not None else None
            lines.append(self._ended(line, use.arrives, amount))
        return lines

    def _by(self, step: Step, latex: bool = False, of: Step | None = None) -> str:
        """∂E/∂w1"""
        of = of or self.root
        total = self.summed and of is self.root
        if latex:
            top = (r"\sum " if total else "") + to_latex(of.symbol)
            return rf"\frac{{\partial {top}}}{{\partial {to_latex(step.symbol)}}}"
        return f"∂{'Σ ' if total else ''}{to_text(of.symbol)}/∂{to_text(step.symbol)}"

    def _rule(self, use: Use, step: Step) -> tuple[str, str]:
        """∂E/∂u1 · ∂u1/∂h1"""
        by = self.steps[use.step]
        if by is self.root and by.delta is None:
            return self._by(step), self._by(step, latex=True)
        parts = [self._by(by), self._by(step, of=by)]
        latex = [self._by(by, latex=True), self._by(step, latex=True, of=by)]
        return " · ".join(parts), r" \cdot ".join(latex)

    def _equal(self, line: Line, x: Expression) -> None:
        line.text.append(to_text(x))
        line.latex.append(to_latex(x))

    def _ended(self, line: Line, x: Expression, value: Any) -> Line:
        """The line with the numbers put in, and the result."""
        if value is None:
            return line
        if np.ndim(value):
            text, line.table, latex = array_text(value)
            line.text += [text] if text else []
            line.latex[-1] += rf" \in {latex}"
            return line
        if not isinstance(x, Number | Symbol):
            text, latex = self._substituted(x)
            if text:
                line.text.append(text)
                line.latex.append(latex)
        text, latex = number_pair(float(value))
        if line.text[-1] != text:
            line.text.append(text)
            line.latex.append(latex)
        return line

    def _substituted(self, x: Expression) -> tuple[str, str]:
        """The formula with numbers in place of names, if all are known and numbers."""
        missing = False

        def number(symbol: Symbol, alone: bool, latex: bool) -> str:
            nonlocal missing
            value = self.values.get(symbol)
            if value is None or np.ndim(value):
                missing = True
                return "?"
            text = number_pair(float(value))[latex]
            if alone:
                return text
            return (rf"\left({text}\right)" if latex else f"({text})") if text.startswith("-") or " " in text else text

        text = to_text(x, lambda s, alone: number(s, alone, False), dots=True)
        latex = to_latex(x, lambda s, alone: number(s, alone, True), dots=True)
        return ("", "") if missing else (FIRST.sub(r"\1", text), FIRST_LATEX.sub(r"\1", latex))


def _ends(steps: list[Step]) -> tuple[list[Step], int]:
    """The first and the last steps of many, and how many are between."""
    half = LONGEST // 2
    return (steps, 0) if len(steps) <= LONGEST else (steps[:half] + steps[-half:], len(steps) - 2 * half)


def _ends_of(uses: list[Use]) -> list[Use]:
    """Not all of very many."""
    return uses if len(uses) <= MANY else [*uses[: MANY - 2], *uses[-2:]]


def _shortened(rule: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A long sum without its middle."""
    return rule if len(rule) <= 4 else [*rule[:2], ("…", r"\ldots"), rule[-1]]


def _said(x: Any) -> str:
    return repr(float(x)) if np.ndim(x) == 0 else np.array2string(np.asarray(x), threshold=8)
