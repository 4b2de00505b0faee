"""What a gradient check found: numbers for each input and mode, and a verdict in one word.

Convention: a report is true only if every derivative was compared and agrees. Everything else has a kind of its own,
and a hint at where to look. Passing and failing reports have the same form, so both can be printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .outcome import Failed, Outcome

__all__ = ["Finding", "GradientError", "Kind", "Report"]

Kind = Literal[
    "correct", "wrong", "kink", "precision", "form", "not differentiable", "disconnected", "random", "nothing",
]  # fmt: skip
WORST: tuple[Kind, ...] = (
    "nothing", "random", "form", "wrong", "not differentiable", "kink", "precision", "disconnected", "correct",
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """What was found for one input in one mode: the numbers of its worst element.

    ``kind``         the verdict, as in ``Report``
    ``mode``         "reverse", "forward", or at second order "reverse over reverse", "forward over reverse"
    ``input``        which input (``"input 0['w']"``, ``"parameter bias"``), with ``index`` the place in it
    ``output``       of what: forward mode of one number of the result, as in ``"result 0[2]"``; reverse mode of
                     ``"Σ u y"``, all numbers of the result with random weights, or "" of a single one
    ``analytic``     the derivative that was checked
    ``numeric``      the same from differences of the function, give or take its ``uncertainty``
    ``error``        |analytic - numeric|, relative to the larger of the two
    ``allowed``      how large that may be: it follows from the uncertainty, and is no constant
    ``sweep``        (step, difference quotient) pairs, the largest step first
    ``left``         the slope on this side of the point, where it was needed; ``right`` that on the other
    ``hint``         what a wrong derivative looks like, and what to do
    """

    kind: Kind
    mode: str = ""
    input: str = ""
    index: tuple[int, ...] = ()
    output: str = ""
    analytic: Any = None
    numeric: Any = None
    uncertainty: float = 0.0
    error: float = 0.0
    allowed: float = 0.0
    sweep: tuple[tuple[float, Any], ...] = ()
    left: Any = None
    right: Any = None
    hint: str = ""

    @property
    def ok(self) -> bool:
        """Does this derivative agree?"""
        return self.kind == "correct"

    @property
    def at_kink(self) -> bool:
        """Is the slope another on the left than on the right, by more than a few percent?"""
        if self.left is None or self.right is None or not np.isfinite([self.left, self.right]).all():
            return False
        gap = abs(self.right - self.left)
        return bool(gap > max(0.05 * abs(self.left), 0.05 * abs(self.right), 5 * self.uncertainty))

    @property
    def place(self) -> str:
        """The input, the element in it and the result, as in ``"input 0[1, 2], result 0"``."""
        element = f"{self.input}{_at(self.index)}"
        return ", ".join(part for part in (element, self.output) if part)


@dataclass(frozen=True)
class Report(Outcome):
    """The outcome of ``gradcheck``; printed, it is a table.

    ``findings``     one for each input and mode
    ``notes``        what was not checked, and why
    ``evaluations``  how many times the function was called for its differences
    """

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    evaluations: int = 0

    @property
    def kind(self) -> Kind:
        """The worst of the findings.

        ==================  ==================================================================================
        correct             every derivative agrees with the differences of the function
        wrong               one does not, or it is NaN where the function is smooth
        form                a gradient has another shape or dtype than what it belongs to
        kink                the slopes on both sides differ (an error only with ``kinks=False``, or where the
                            derivative is NaN or a corner inside the function spoils it)
        precision           the differences are too noisy to judge; float64 or another ``scale`` may help
        not differentiable  a jump (told with the values on both sides), the end of the domain, an infinite slope, or
                            a result that is not finite
        disconnected        no path leads from the input to the result
        random              two calls give different results
        nothing             there is no floating input or result
        ==================  ==================================================================================
        """
        found = {finding.kind for finding in self.findings}
        return next((kind for kind in WORST if kind in found), "nothing")

    @property
    def worst(self) -> Finding:
        """The finding that decides the kind; of several, the one with the largest error."""
        return max((f for f in self.findings if f.kind == self.kind), key=lambda f: f.error)

    def __str__(self) -> str:
        return "\n".join(_lines(self))


class GradientError(Failed):
    """A gradient check failed; ``report`` says what it found."""

    report: Report


# ---------------------------------------------------------------- as a table

HEAD = ("where", "mode", "analytic", "numeric", "error", "verdict")
WIDE = 64  # a longer name is shortened in the middle
SUM = "Σ u y"
ROWS = 20  # of a longer table the worst rows are shown


def _lines(report: Report) -> Iterator[str]:
    calls = f", {report.evaluations} evaluations" if report.evaluations else ""
    yield f"gradcheck: {report.kind}{calls}"
    shown = sorted(report.findings, key=lambda f: (WORST.index(f.kind), -f.error))[:ROWS]
    shown = [f for f in report.findings if f in shown]
    cells = [HEAD, *[_row(f) for f in shown]] if any(f.mode for f in shown) else []  # else there are no numbers
    widths = [max((len(row[k]) for row in cells), default=0) for k in range(len(HEAD))]
    for row in cells:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if len(shown) < len(report.findings):
        yield f"  and {len(report.findings) - len(shown)} more"
    if any(f.output == SUM for f in shown):
        yield f"  {SUM} is the sum of all numbers of the result, with random weights u"
    for finding in shown:
        if finding.kind == report.kind and not finding.ok:
            yield from _story(finding)
    for note in report.notes:
        yield f"  Note: {note}"


def _row(f: Finding) -> Sequence[str]:
    numeric = "" if f.numeric is None else number(f.numeric)
    if f.ok and f.at_kink:  # any slope between the two is right
        numeric = f"{number(f.left)} … {number(f.right)}"
    elif f.numeric is not None and f.uncertainty:
        numeric += f" ± {f.uncertainty:.0e}"
    error = "" if f.numeric is None else f"{f.error:.1e}"
    where = f.place or "-"
    if len(where) > WIDE:  # the story has the whole name
        where = f"{where[: WIDE // 2]}…{where[1 - WIDE // 2 :]}"
    return (
        where,
        f.mode or "-",
        number(f.analytic),
        numeric,
        error,
        f"{f.kind} at a kink" if f.ok and f.at_kink else f.kind,
    )


def _story(f: Finding) -> Iterator[str]:
    """A problem, in words."""
    yield ""
    where = " ".join(part for part in (f"the {f.mode} derivative by" if f.mode else "", f.place) if part)
    yield f"  {f.kind}" + (f": {where}" if where else "")
    if f.numeric is not None and f.kind in ("wrong", "precision"):
        yield f"    is {number(f.analytic)}, but the differences give {number(f.numeric)} ± {f.uncertainty:.0e}"
    if f.left is not None and f.right is not None and f.kind == "kink":
        yield f"    is {number(f.analytic)}"
        yield f"    the slope is {number(f.left)} on the left and {number(f.right)} on the right"
    for line in f.hint.splitlines():
        yield f"    {line}"
    if f.sweep:
        some = f.sweep[:: max(1, len(f.sweep) // 6)][:6]
        cells = [("step", "quotient"), *[(f"{h:.1e}", number(d)) for h, d in some]]
        width = [max(map(len, pair)) for pair in cells]
        for k in (0, 1):
            yield "    " + "  ".join(pair[k].rjust(w) for pair, w in zip(cells, width, strict=True))


def number(x: Any) -> str:
    """A number with ten digits, as many as help."""
    return "" if x is None else f"{x:.10g}"


def _at(index: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""
