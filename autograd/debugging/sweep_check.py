"""What looks at a sweep: the first NaN or infinity of its derivatives, saved arrays that were changed, and its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from ..core import Node, users_line
from ..declare import Operation
from ..value import Value
from .fingerprints import Fingerprints
from .forward_check import ending
from .naming import Names
from .numbers import array_of, arrays_in, at, kinds, not_finite, number, places, summary, where
from .steps import Step, name, note_sweep, source, text_of

Ended: TypeAlias = Callable[[str, list[Any]], object]


class SweepCheck:
    """The watch of one sweep (``core.SweepListener``).

    ``start``       the derivative it starts with; where that is not finite, it was somebody's wish
    ``infinities``  are they errors too, or NaN alone? None where neither is
    ``prints``      the fingerprints of saved arrays, or None
    ``ended``       is told of the sweep's line and of the gradients that it found
    """

    def __init__(self, start: Any, infinities: bool | None, prints: Fingerprints | None, ended: Ended) -> None:
        self.line = users_line()
        self.infinities = infinities
        self.prints = prints
        self.ended = ended
        if self._bad(start):
            self.infinities = None

    def _bad(self, d: Any) -> bool:
        """Is a derivative not finite?"""
        infinities = self.infinities
        return infinities is not None and any(not_finite(part, infinities) is not None for part in arrays_in(d))

    def arrives(self, step: Step, d: Any, keep: bool = True) -> None:
        if self.prints is not None and isinstance(step, Node):
            self.prints.check_saved(step, self.line, keep)
        if not keep:
            note_sweep(step, self.line)
        if self._bad(d):
            hooked = isinstance(step, Node) and step.notes is not None and step.notes.hooks
            what = "a hook of '{}' returned" if hooked else "the parts of the gradient of '{}' add up to"
            raise self._error(step, what.format(name(step)), d, [])

    def pulled(self, step: Step, g: Any, k: int, d: Any) -> None:
        if self._bad(d):
            raise self._error(step, f"the rule of '{name(step)}' gave", d, self._there(step, g, d, "g"), k)

    def pushed(self, step: Step, tangents: Sequence[Any], t: Any) -> None:
        if self._bad(t):
            moving = [d for d in tangents if d is not None]
            there = self._there(step, moving[0] if len(moving) == 1 else None, t, "d")
            raise self._error(step, f"the rule of '{name(step)}' gave", t, there, forward=True)

    def ends(self, found: Mapping[Any, Any]) -> None:
        for leaf, g in found.items():
            if self._bad(g):
                raise self._error(leaf, f"the parts of the gradient of {Names().of(leaf)} add up to", g, [])
        self.ended(self.line, list(found))

    # ------------------------------------------------ the error

    def _error(
        self, step: Step, what: str, d: Any, there: list[str], k: int | None = None, forward: bool = False
    ) -> FloatingPointError:
        a, bad = self._first(d)
        kind = "tangent" if forward else "gradient"
        of = ""
        if k is not None and isinstance(step.op, Operation):
            inputs = step.op.inputs
            of = f" as the {kind} of '{inputs[0]}[{k}]'" if step.op.many else f" as the {kind} of '{inputs[k]}'"
        elif forward:
            of = " as a tangent"
        lines = [
            f"in the {'forward-mode' if forward else 'backward'} sweep, {what} {kinds(a, bad)}{of}{where(bad)}",
            *there,
        ]
        if source(step):
            lines.append(f"'{name(step)}' was recorded at {text_of(source(step))}")
        if self.line:
            lines.append(f"the sweep was called at {text_of(self.line)}")
        return FloatingPointError("\n  ".join([*lines, *(ending(step) if step.op is not None else [])]))

    def _there(self, step: Step, g: Any, d: Any, letter: str) -> list[str]:
        """The derivative that arrived and what the rule knew, at the bad places: "g = 1, y = 0"."""
        if isinstance(step, Value):
            operands = ", ".join(f"{x.label or name(x)} = {number(x.number)}" for x in step.inputs[:4])
            return [f"{letter} = {number(array_of(g))}; {step.op.name} of {operands} is {number(step.number)}"]
        known: dict[str, Any] = {} if g is None else {letter: g}
        op = step.op
        if isinstance(op, Operation) and isinstance(step._saved, tuple):
            known |= {need.name: value for need, value in zip(op.needs, step._saved, strict=True)}
        part, bad = self._first(d)
        elementwise = isinstance(op, Operation) and op.kind == "elementwise" and part.shape == step.shape
        shown = []
        for what, value in known.items():
            for a in map(array_of, arrays_in(value)[:1]):
                there = at(a, places(bad)) if elementwise else None
                shown.append(f"{what} is {summary(a)}" if there is None else f"{what} = {there}")
        return ["there: " + "; ".join(shown)] if shown else []

    def _first(self, d: Any) -> tuple[Any, Any]:
        """The first array of derivatives that is not finite, and where it is not."""
        for part in arrays_in(d):
            bad = not_finite(part, self.infinities is not False)
            if bad is not None:
                return array_of(part), bad
        raise ValueError("all are finite")
