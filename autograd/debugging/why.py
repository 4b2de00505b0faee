"""Why is there no gradient? The way from a result to a leaf, or where it is cut."""

from __future__ import annotations

from typing import Any

from ..core import FREED, recording
from ..tensor import Tensor
from ..value import Value
from .advice import FIXES, sentence
from .journal import Journal
from .naming import Names
from .steps import Step, inputs, leaves, name, source, step_of, text_of

RUN = "Run it inside autograd.debug(), and ask there, to be told at which line the way is cut."


class Explanation(str):
    """A text that an interpreter shows as it is."""

    def __repr__(self) -> str:
        return str(self)


def why_no_grad(y: object, x: object) -> Explanation:
    """Why ``y.backward()`` leaves no gradient in ``x``: the way from y back to x, or where it is cut.

    Asked inside ``autograd.debug()``, it knows the lines: of the operations on the way, and where numbers that were
    computed from x left the graph (``.data``, ``detach()``, ``no_grad()``, ...).
    """
    names = Names()
    journal = getattr(getattr(recording.watch, "__self__", None), "journal", None)
    return Explanation("\n".join(_lines(y, x, names, journal)))


def _lines(y: Any, x: Any, names: Names, journal: Journal | None) -> list[str]:
    to = step_of(x)
    if to is None:
        if isinstance(x, Tensor):
            return ["x does not require a gradient: make it Tensor(..., requires_grad=True), before y is computed."]
        return [f"x is {a(x)}, which has no gradient: make it a Tensor with requires_grad=True, or a Value."]
    root = step_of(y)
    if root is None:
        kind = "a tensor outside of every graph" if isinstance(y, Tensor) else f"{a(y)}, no tensor"
        return [f"y is {kind}: nothing leads from it to x.", *_cuts(y, to, names, journal)]
    way = _way(root, to)
    if way is None:
        computed_from = names.list(leaves(root))
        return [f"y was computed from {computed_from}, and not from x.", *_cuts(None, to, names, journal)]
    lines = ["there is a way from y to x:", *[f"  {_line(step)}" for step in _short(way[:-1])], f"  {names.of(to)}"]
    if to.op is not None:
        return [*lines, "x is no leaf: only leaves keep gradients. Call x.retain_grad() before backward()."]
    if x.grad is not None and not (isinstance(x, Value) and x.grad == 0):
        return [*lines, "x has a gradient."]
    swept = root.waiting < 0 if isinstance(root, Value) else root._saved is FREED
    if swept:
        return [*lines, "y was swept; the gradient of x was set back since, as zero_grad() does."]
    return [*lines, "no gradient has arrived: call y.backward()."]


def a(thing: object) -> str:
    """Its type with an article."""
    name = type(thing).__name__
    return f"{'an' if name[0] in 'aeiou' or name == 'ndarray' else 'a'} {name}"


def _way(root: Step, to: Step) -> list[Step] | None:
    """The shortest way from a step back to another one."""
    parents: dict[int, Step | None] = {id(root): None}
    row = [root]
    while row:
        following = []
        for step in row:
            if step is to:
                way: list[Step] = []
                back: Step | None = step
                while back is not None:
                    way.append(back)
                    back = parents[id(back)]
                return way[::-1]
            for before in inputs(step):
                if id(before) not in parents:
                    parents[id(before)] = step
                    following.append(before)
        row = following
    return None


def _short(way: list[Step]) -> list[Step | None]:
    """The first and the last steps of a long way."""
    way = [step for step in way if step.op is not None and step.op.name != "item"]
    return list(way) if len(way) <= 10 else [*way[:5], None, *way[-4:]]


def _line(step: Step | None) -> str:
    if step is None:
        return "..."
    return name(step) + (f"  at {text_of(source(step))}" if source(step) else "")


def _cuts(y: Any, to: Step, names: Names, journal: Journal | None) -> list[str]:
    """Where numbers computed from x left the graph."""
    if journal is None:
        return [RUN]
    exact = journal.of_array(getattr(y, "_array", y)) if y is not None else None
    events = [exact] if exact is not None else journal.from_leaf(to)
    if not events:
        return ["Nothing that was computed from x has left the graph: is x used at all?"]
    fix = FIXES.get(events[0].how, "")
    return ["Numbers left the graph here:", *[f"  {event.text(names)}" for event in events[:4]],
            *([sentence(fix)] if fix else [])]  # fmt: skip
