"""What the doctor makes of what it has seen.

Convention: a look is at one step: its operations (``Sight``), its losses, its gradients and moves (``Course``). What a
single step cannot tell is told when it has been so in several looks in a row.
"""

from __future__ import annotations

import math
from typing import Any

from autograd import Tensor, Value
from autograd.core import ancestors, users_line

from .anew import Anew
from .course import LARGE, Course, Row
from .finding import Finding, Severity, Tell
from .patient import Patient
from .sight import Sight
from .units import unit_finding

FIRST = 5  # steps that are looked at one after another
PATIENCE = 3  # looks in which something must be so
LATE = 10  # steps after which what has not come is missing
EXPLODED = 1e4  # times the first loss
SMALL_LOSS = 0.1  # below it, a loss that doubles tells nothing
MANY = 0.8  # the share of dead units that no small network has by chance
LABELS = 128  # fewer may all be of one class


class Judge:
    """What it knows of a training, and what it says."""

    def __init__(self, patient: Patient, tell: Tell) -> None:
        self.patient, self.tell = patient, tell
        self.course = Course()
        self.anew = Anew(tell)
        self.kinds: set[str] = set()  # what it has found by itself
        self.sight: Sight | None = None
        self.steps = 0
        self.losses: list[float] = []  # of the steps that were looked at
        self.held: set[int] = set()  # the ids of parameters that optimizers have moved
        self.optimizer: Any = None  # the one that made the last step
        self.dead: dict[tuple[int, str], int] = {}  # looks in a row, by place and operation
        self.flat: dict[tuple[int, str], int] = {}
        self.classes: list[Any] = []  # the only class of each batch's labels, or None
        self.labels = 0
        self.numbers_used: set[int] = set()  # the ids of Values that operations took
        self.leap: tuple[str, str] | None = None  # how far the last step moved the weights, if it was too far; its line

    def _loss(self, value: float) -> None:
        """The loss of a backward pass."""
        if not math.isfinite(value):
            self._found(
                "not finite", "error", f"the loss is {value} at step {self.steps + 1}",
                "run one step inside autograd.debug(), which names the operation and its line; often the learning rate "
                "is too high, or there is a log(0) or a division by 0",
                users_line(),
            )  # fmt: skip
            return
        self.losses.append(value)
        first = max(abs(self.losses[0]), 1.0)
        if self.leap and len(self.losses) > 1 and value - self.losses[-2] > max(abs(self.losses[-2]), SMALL_LOSS):
            self._found(
                "learning rate", "error",
                f"{self.leap[0]}, and the loss rose from {self.losses[-2]:.3g} to {value:.3g}{self._rate()}",
                "it is too large: divide it by 10 or more, until the loss falls"
                + ("" if self.optimizer else "; and a step goes against the gradient, p.data -= rate * p.grad"),
                self.leap[1],
            )  # fmt: skip
        if len(self.losses) >= PATIENCE and abs(value) > EXPLODED * first and abs(value) > abs(self.losses[-2]):
            self._found(
                "learning rate", "error",
                f"the loss has risen from {self.losses[0]:.3g} to {value:.3g}{self._rate()}",
                "it is too large: divide it by 10 or more, until the loss falls",
                users_line(),
            )  # fmt: skip

    def _found(self, kind: str, severity: Severity, text: str, fix: str, line: str = "") -> None:
        self.kinds.add(kind)
        self.tell(Finding(kind, severity, text, fix, line))

    def _rate(self) -> str:
        rates = sorted({group["lr"] for group in getattr(self.optimizer, "param_groups", []) if "lr" in group})
        return f", with a learning rate of {', '.join(f'{float(rate):.3g}' for rate in rates)}" if rates else ""

    def _judge(self, rows: list[Row], late: bool) -> None:
        """What the parameters' course says."""
        self._without([row for row in rows if row.looks >= 2 and row.missing == row.looks], late)
        if late:
            self._unused([row for row in rows if row.looks >= 2 and row.missing + row.zero == row.looks])
        rows = [row for row in rows if row.looks >= PATIENCE]
        there = [row for row in rows if row.missing < row.looks]
        still = [row for row in there if row.still == row.looks]
        never = bool(still) and len(still) == len([row for row in there if row.zero < row.looks])
        if never and "step without gradients" not in self.kinds:
            self._found(
                "parameters never change", "error",
                f"{names(still)} did not change at all in {still[0].looks} steps, although the gradients are not 0"
                f"{self._rate()}",
                "raise the learning rate (is it 0, or too small for the precision of the weights?)",
                self._line(),
            )  # fmt: skip
        alike = [row for row in there if row.alike >= PATIENCE]
        if alike:
            equal = "all 0" if not alike[0].weight else "the same for all units"
            self._found(
                "units alike", "error",
                f"the weights of {names(alike)} are {equal}: units that start alike get the same gradients and stay "
                "alike (symmetry), so that a layer is worth one of them",
                "start with random weights: what the layer starts with, or nn.init.xavier_uniform", self._line(),
            )  # fmt: skip
        zero = [row for row in there if row.zero == row.looks and row.size > 1]
        zero = zero if any(row.weighs for row in zero) else []  # biases may cancel out, in differences of outputs
        if zero and late and not alike and any(self.losses):  # a loss of 0 has nothing left to learn
            self._found(
                "gradient is 0", "warning", f"the gradient of {names(zero)} is exactly 0 in every step",
                self._smooth() or "look for units that are dead or saturated after it, and for weights that are all 0 "
                "(nn.watch(model) shows each layer)",
                self._line(),
            )  # fmt: skip
        large = [row for row in there if row.large >= PATIENCE]
        if large:
            self._found(
                "learning rate", "error",
                f"each step changes {names(large)} by more than {one(large, 'its', 'their')} own size "
                f"({large[0].ratio:.2g} times, where about 0.001 is usual){self._rate()}",
                "it is too large: divide it by 100, and look whether the loss falls",
                self._line(),
            )  # fmt: skip
        weights = [row for row in there if row.weighs and row.gradient > 0]
        if weights and all(row.small >= PATIENCE for row in weights) and not never:
            most = max(weights, key=lambda row: row.ratio)
            self._found(
                "learning rate", "warning",
                f"a step changes the weights by {most.ratio:.1g} of their size at most ({most.name}), where about "
                f"0.001 is usual{self._rate()}",
                "it is too small: multiply it by 1000 or more, until the loss falls visibly",
                self._line(),
            )  # fmt: skip
        gradients = [row.gradient for row in rows if row.weighs and row.gradient > 0]
        self._vanish([row for row in rows if row.vanishing >= PATIENCE], max(gradients, default=0.0))
        self._explode([row for row in rows if row.exploding >= 2])

    def _smooth(self) -> str:
        """What to do about an operation that is flat everywhere."""
        if self.sight is None or self.sight.flat is None:
            return ""
        name, line = self.sight.flat
        return f"put a smooth function in the place of '{name}' ({line}), whose derivative is 0 everywhere"

    def _leap(self, rows: list[Row]) -> None:
        """Has this step moved most weights by more than their own size? The next loss says whether that was too far."""
        far = [row for row in rows if row.ratio > LARGE]
        if len(far) > len(rows) / 2:
            most = max(far, key=lambda row: row.ratio)
            own = one(far, "its", "their")
            self.leap = f"a step changed {names(far)} by {most.ratio:.2g} times {own} own size", self._line()

    def _vanish(self, rows: list[Row], largest: float) -> None:
        if rows:
            worst = min(rows, key=lambda row: row.gradient)
            self._found(
                "vanishing gradient", "warning",
                f"the gradient of {names(rows)} is only {worst.gradient / largest:.1g} of the largest one",
                "use ReLU in place of sigmoid or tanh, normalisation layers, residual connections, or nn.init.kaiming "
                "values for the weights",
                self._line(),
            )  # fmt: skip

    def _explode(self, rows: list[Row]) -> None:
        if rows:
            worst = max(rows, key=lambda row: row.gradient)
            self._found(
                "exploding gradient", "warning",
                f"the gradient of {names(rows)} is {worst.gradient / max(worst.weight, 1e-30):.1g} times as large as "
                "the weights",
                "clip the gradients (optim.clip_grad_norm_(model.parameters(), 1.0)), and start with smaller weights",
                self._line(),
            )  # fmt: skip

    def _without(self, rows: list[Row], late: bool) -> None:
        """Parameters that have had no gradient so far."""
        if self.course.by_hand:
            return  # they come from elsewhere
        cuts = {row.name: self.cut(row.p) for row in rows}
        cut = [row for row in rows if cuts[row.name]]
        if cut:
            how, line = cuts[cut[0].name] or ("", "")
            self._found(
                "cut graph", "error",
                f"{names(cut)} {one(cut, 'gets', 'get')} no gradient: the way to the loss ends where {how} takes "
                "numbers out of the graph",
                "compute with the tensor itself there (NumPy's functions take tensors); freeze what is not to be "
                "trained, with requires_grad_(False)",
                line,
            )  # fmt: skip
        used = self.sight.used if self.sight is not None else set()
        taken = [row for row in rows if isinstance(row.p, Tensor) and row.p.node in used]
        for found, why in (
            ([row for row in taken if row not in cut], "used, but the loss does not depend on the result"),
            ([row for row in rows if row not in taken and row not in cut], "not used in the forward pass"),
        ):
            if found and late:
                self._found(
                    "no gradient", "warning",
                    f"{names(found)} got no gradient in {found[0].looks} steps: {one(found, 'it is', 'they are')} "
                    f"{why}",
                    f"use {one(found, 'it', 'them')} in forward, or freeze {one(found, 'it', 'them')} with "
                    "requires_grad_(False)",
                    self._line(),
                )  # fmt: skip

    def _unused(self, rows: list[Row]) -> None:
        """Values without a gradient that no operation took."""
        found = [row for row in rows if isinstance(row.p, Value) and id(row.p) not in self.numbers_used]
        if found and self.numbers_used:
            self._found(
                "no gradient", "error",
                f"{names(found)} got no gradient in {found[0].looks} steps: nothing is computed from "
                f"{one(found, 'it', 'them')}, or only from the plain number, as w.data",
                "compute with w itself; w.data only where w is moved", self._line(),
            )  # fmt: skip

    def cut(self, p: Any) -> tuple[str, str] | None:
        """How and where numbers that were computed from a parameter p left the graph in this step."""
        if self.sight is None or not isinstance(p, Tensor):
            return None
        found = [(node.op is None, how in ("t.item()", "float(t)"), how, line) for node, how, line in self.sight.left
                 if p.node is node or (node.op is not None and p.node in ancestors(node))]  # fmt: skip
        return min(found, key=lambda each: each[:2])[2:] if found else None

    def _line(self) -> str:
        """The line where the step is made."""
        return users_line()

    def _units(self) -> None:
        """Units that were bad in several looks in a row."""
        if self.sight is None:
            return
        for counts, seen, what in (
            (self.dead, self.sight.units.dead, "dead units"),
            (self.flat, self.sight.units.saturated, "saturated units"),
        ):
            now = {(each.place, each.name): each for each in seen}
            for key in [key for key in counts if key not in now]:
                del counts[key]
            for key, each in now.items():
                counts[key] = counts.get(key, 0) + 1
                if counts[key] >= PATIENCE and (what != "dead units" or each.share >= MANY):
                    self.tell(unit_finding(what, each))

    def _batches(self) -> None:
        """Labels and losses over the looks."""
        first = self.classes[0] if self.classes else None
        of_one = first is not None and all(c == first for c in self.classes)
        if of_one and len(self.classes) >= FIRST and self.labels >= LABELS:
            self._found(
                "labels", "warning", f"all labels so far are {first!r}, {self.labels} of them",
                "shuffle the data (DataLoader(..., shuffle=True)): sorted by class, each batch undoes the one before; "
                "or look at how the labels are made",
                self._line(),
            )  # fmt: skip
        if self.kinds & {"learning rate", "parameters never change", "step without gradients", "units alike"}:
            return  # which tell why
        if len(self.losses) >= FIRST and self.losses[0] and len(set(self.losses)) == 1:
            self._found(
                "constant loss", "warning",
                f"the loss was exactly {self.losses[0]:.6g} in each of {len(self.losses)} steps",
                "look whether the output and the loss are computed anew in each step, whether the loss depends on the "
                "output, whether units are dead, whether the learning rate is 0",
                self._line(),
            )  # fmt: skip


def one(rows: list[Row], singular: str, plural: str) -> str:
    """The word for one, or for several."""
    return singular if len(rows) == 1 else plural


def names(rows: list[Row]) -> str:
    shown = [row.name for row in rows[:3]]
    return ", ".join(shown) + (f" and {len(rows) - 3} more" if len(rows) > 3 else "")
