"""The derivation of a derivative: ``explain(E, wrt=w1)`` writes forward pass, chain rule and numbers.

Convention: every gradient between result and leaf that several paths share is written once and named δ, so that the
derivation is as long as the graph, however many paths there are. Names and δ's are those of the lecture view.
"""

from __future__ import annotations

import copy
import re
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor
from ..value import Value
from ..value import ancestors as values_above
from .arguments import check_switch
from .explanation import LONGEST, Explanation, Line, Section, array_text, number_pair
from .formula import Expression, Formulas, Number, Step, Symbol, Use, evaluate, fold, to_latex, to_text
from .graph import Graph
from .subject import subject

__all__ = ["Explanation", "explain"]

MANY = 12  # paths that arrive at one quantity and are written by themselves
# A negative number at the very front needs no parentheses, unless it is raised to a power.
FIRST = re.compile(r"^\((-[^()]+)\)(?= [-+·/]|$)")
FIRST_LATEX = re.compile(r"^\\left\((-[^()]+)\\right\)(?= [-+]| \\cdot|$)")
# Nor does one between the parentheses of a function or the signs of a comparison.
ALONE = re.compile(r"(?:(?<=[(\[|])|(?<=, |[><=≥≤] ))\((-[^()]+)\)(?=[,)\]|]| [><=≥≤])")
ALONE_LATEX = re.compile(
    r"(?:(?<=\\left[(\[|])|(?<=, |[><=] )|(?<=\\ge |\\le ))\\left\((-[^()]+)\\right\)"
    r"(?=,|\\right[)\]|]| (?:[><=]|\\[gl]e))"
)
HINT = "ask for less, as explain(y, wrt=x) of an inner y or of a single leaf x"


def explain(
    *what: object, wrt: object = None, names: object = True, unfold: bool | None = None, scalars: bool = False
) -> Explanation:
    """How ∂y/∂x comes about: ``explain(y, wrt=x)`` of what was recorded, or of a function ``explain(f, x, wrt="x")``.

    The forward pass with its formulas and numbers; the gradients δ between y and x, each by the chain rule in symbols
    and in numbers; the derivative as the sum over the paths. It is compared with what the engine's backward pass gives,
    and RuntimeError is raised if they differ. No ``.grad`` is touched.

    ``wrt``      a Value or tensor, its name, a list of these, or None for all leaves
    ``names``    as for ``draw``; True stands for the variables of the caller
    ``unfold``   as for ``draw``: True opens kernels into small operations, False leaves neurons of Values closed
    ``scalars``  of the single numbers of small tensors, which ``wrt`` names: ``"W[0,1]"``

    >>> print(explain(E, wrt=w1))
    """
    if not what:
        raise TypeError("explain: pass what was computed, explain(y, wrt=x), or a function, explain(f, *inputs)")
    check_switch("explain", "unfold", unfold)
    check_switch("explain", "scalars", scalars)
    wanted = [] if wrt is None else list(wrt) if isinstance(wrt, list | tuple | dict) else [wrt]
    objects = _objects(what, wanted, scalars)
    graph = subject(
        "explain", what, grads=True, names=names, unfold=unfold, scalars=scalars, asked=objects, caller=sys._getframe(1)
    )
    if len(graph.roots) != 1:
        raise ValueError(
            f"explain: one result is explained at a time, got {len(graph.roots)}. Pass one of them, or a function that "
            "returns one"
        )
    keys = _keys(graph, wanted, objects)
    formulas = fold(graph, frozenset(keys))
    derivation = Derivation(formulas, graph, keys)
    if isinstance(what[0], Value):
        _hold_against_backward(what[0], derivation, wrt)
    return derivation.explanation()


# ---------------------------------------------------------------- what is asked for


def _objects(what: Sequence[Any], wanted: Sequence[Any], scalars: bool) -> list[Any]:
    """The Values and tensors among what it is differentiated by; the others are names."""
    objects = [x for x in wanted if not isinstance(x, str)]
    for x in objects:
        if not isinstance(x, Value | Tensor):
            raise TypeError(f"explain: wrt is a Value, a tensor, a name or a list of these, not {type(x).__name__}")
    if scalars and objects:
        raise TypeError('explain(scalars=True): wrt is the name of an element, as in wrt="W[0,1]", or None for all')
    if callable(what[0]):
        if objects:
            raise TypeError('explain: a function is differentiated by its arguments\' names: explain(f, x, wrt="x")')
    elif len(what) > 1:
        raise TypeError(f"explain: one result is explained at a time, got {len(what)}: explain(y, wrt=x)")
    return objects


def _keys(graph: Graph, wanted: Sequence[Any], objects: Sequence[Any]) -> list[int]:
    """The keys of what it is differentiated by: all leaves, if nothing is said."""
    found = dict(zip(map(id, objects), graph.asked, strict=True))
    keys = [_named(graph, x) if isinstance(x, str) else _known(graph, x, found[id(x)]) for x in wanted]
    return keys or [q.key for q in graph.quantities if not q.operation and q.kind in ("input", "parameter")]


def _named(graph: Graph, name: str) -> int:
    for q in graph.quantities:
        if q.name == name and q.kind != "constant":
            return q.key
    raise ValueError(f"explain: nothing that {_result(graph)} was computed from is named {name!r}. {_there(graph)}")


def _known(graph: Graph, x: Any, key: int | None) -> int:
    label = f"'{x.label}'" if getattr(x, "label", "") else f"this {type(x).__name__}"
    if key is None:
        raise ValueError(f"explain: {_result(graph)} was not computed from {label}. {_there(graph)}")
    if graph.quantities[key].kind == "constant":
        raise ValueError(f"explain: {label} is not tracked, so nothing is differentiated by it: requires_grad=True")
    return key


def _result(graph: Graph) -> str:
    return graph.quantities[graph.roots[0]].name or "the result"


def _there(graph: Graph) -> str:
    names = [q.name for q in graph.quantities if q.name and q.kind != "constant" and q.key not in graph.roots]
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"There are {', '.join(names[:12])}{more}." if names else "None of its inputs has a name: pass the object."


# ---------------------------------------------------------------- the derivation


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
        elif q.gradient is not None and not np.all(np.isfinite(total)):  # 0 · ∞ is 0 where a branch was not taken
            total = np.where(np.isnan(total), q.gradient, total)[()]
        self.found[step.key] = total
        if step.delta is not None and total is not None:
            self.values[step.delta] = np.broadcast_to(total, q.shape)[()] if q.shape else float(total)

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

        def number(symbol: Symbol, latex: bool) -> str:
            nonlocal missing
            value = self.values.get(symbol)
            if value is None or np.ndim(value):
                missing = True
                return "?"
            text = number_pair(float(value))[latex]
            return (rf"\left({text}\right)" if latex else f"({text})") if text.startswith("-") or " " in text else text

        text = to_text(x, lambda s: number(s, False), dots=True)
        latex = to_latex(x, lambda s: number(s, True), dots=True)
        text, latex = FIRST.sub(r"\1", text), FIRST_LATEX.sub(r"\1", latex)
        return ("", "") if missing else (ALONE.sub(r"\1", text), ALONE_LATEX.sub(r"\1", latex))


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


# ---------------------------------------------------------------- against the engine


def _hold_against_backward(y: Value, derivation: Derivation, wrt: Any) -> None:
    """Run the engine's own backward pass on a copy of the graph, and compare."""
    if wrt is None or isinstance(wrt, str):
        return
    twin = copy.deepcopy(y)
    own, theirs = values_above(y), values_above(twin)
    for v in theirs:
        v.grad, v.waiting = 0.0, 0
    twin.backward()
    gradients = {id(v): w.grad for v, w in zip(own, theirs, strict=True)}
    wanted = [x for x in (wrt if isinstance(wrt, list | tuple) else [wrt]) if isinstance(x, Value)]
    for x, key in zip(wanted, derivation.keys, strict=False):
        step = derivation.steps[key]
        derivation.hold(step, derivation.found[key], gradients[id(x)])
