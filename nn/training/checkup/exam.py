"""The examination: forward, loss and backward once, with everything recorded, and a step of the optimizer on a copy.

Convention: afterwards all is as it was before: numbers of tensors, gradients, modes, generators, and the attributes of
modules.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.core import Node, Switch, users_line

from ... import init
from ...module import Module
from ...module.modes import give, modes
from ...module.walk import walk
from ..batches import split
from ..nonfinite import finite, number
from ..state import generators
from ..watching.marks import LARGE_STEP, VANISHING
from ..weights import samples
from .course import LARGE, SMALL, Row, explodes, norm, numbers, sample
from .finding import Checkup, Finding
from .judge import names
from .losses import maker
from .patient import Patient
from .sight import Sight
from .units import unit_finding
from .watcher import Watcher

SLOW = 1e-6  # ‖Δw‖ / ‖w‖ that is told as a hint


def examine(model: Any, loss: Any, batch: Any, optimizer: Any) -> Checkup:
    """See ``nn.doctor``."""
    if not isinstance(model, Module):
        raise TypeError(
            f"doctor: the model must be an nn.Module, not a {type(model).__name__}; around a loop of your own write "
            "with nn.doctor(model):"
        )
    if not callable(loss) or isinstance(loss, type):
        got = f"the class {loss.__name__}: write {loss.__name__}()" if isinstance(loss, type) else type(loss).__name__
        raise TypeError(f"doctor: the loss must be a function (output, target), such as nn.MSELoss(), not {got}")
    if not isinstance(batch, list | tuple | dict) and hasattr(batch, "__iter__") and not hasattr(batch, "shape"):
        name = type(batch).__name__
        raise TypeError(f"doctor: a batch is (inputs..., target); of the {name}, take one: next(iter(loader))")
    inputs, target = split(batch)
    exam = Examination(Patient(model, loss))
    with unchanged(model, loss, batch):
        exam.run(model, loss, inputs, target)
        if optimizer is not None:
            exam.held_by(optimizer)
            exam.step_of(optimizer)
    return Checkup(exam.findings, exam.seen(inputs, target))


class Examination(Watcher):
    """One look, after which everything is told."""

    def __init__(self, patient: Patient) -> None:
        self.findings: list[Finding] = []
        super().__init__(patient, self.findings.append)
        self.value = np.nan
        self.moves = ""

    def run(self, model: Module, loss: Any, inputs: tuple[Any, ...], target: Any) -> None:
        """Forward, loss and backward."""
        for _, p in self.patient.trained():
            p.grad = None
        self.sight = sight = Sight(self.tell)
        with Switch(beside={"note": self._note, "left": sight.leave}, on=True, loop=self):
            y = loss(model(*inputs), target)
            self.value = number(y)
            if y.node is not None:
                y.backward()
        if not self.patient.trained():
            self._found("no gradient", "error", "all parameters are frozen", "let some of them require a gradient")
        elif y.node is None:
            self._untracked()
        else:
            self._gradients()
        for seen in sight.units.dead:
            self.tell(unit_finding("dead units", seen))
        for seen in sight.units.saturated:
            self.tell(unit_finding("saturated units", seen))
        if self.classes and self.classes[0] is not None:
            self._found(
                "labels", "hint", f"all labels of this batch are {self.classes[0]!r}",
                "shuffle the data if they are sorted by class",
            )  # fmt: skip
        if not model.training and self.patient.modal():
            self._found(
                "training in eval mode", "hint",
                f"the model is in eval mode, in which its {self.patient.modal()} does nothing of what it is there for",
                "write model.train() before the training",
            )  # fmt: skip

    def _note(self, node: Node, y: Any, given: Sequence[Any], arguments: Mapping[str, Any]) -> None:
        if self.sight is not None:
            self.sight.note(node, y, given, arguments)
        self._two_in_a_row(node)
        bad = next((a for a in (y if isinstance(y, tuple | list) else (y,)) if not finite(a)), None)
        if bad is not None and all(finite(x) for x in given if isinstance(x, Tensor | np.ndarray)):
            what = "NaN" if np.isnan(bad).any() else "infinity"
            self._found(
                "not finite", "error", f"'{node.name}' {node.shape} gives {what} of finite numbers",
                "keep its operands in its domain (log and division: away from 0; exp: below 88 in single precision)",
                users_line(),
            )  # fmt: skip

    def _two_in_a_row(self, node: Node) -> None:
        """Does a linear layer take what another one gives? Then the two are worth one, unless the middle is narrow."""
        if node.op.name != "linear" or node.inputs[0] is None:
            return
        before = maker(node.inputs[0])
        if before.op is not None and before.op.name == "linear" and before.inputs[1] is not None:
            wide, narrow = before.inputs[1].shape, node.shape[-1]
            if wide[0] >= min(wide[1], narrow):
                self._found(
                    "no activation", "hint",
                    f"a linear layer ({wide[1]} to {wide[0]}) is followed by another one (to {narrow}) with nothing "
                    "between: together they can do no more than one",
                    "put an activation between them, such as nn.ReLU()", users_line(),
                )  # fmt: skip

    def _loss(self, value: float) -> None:
        if not any(finding.kind == "not finite" for finding in self.findings):
            super()._loss(value)

    def _untracked(self) -> None:
        """The loss depends on no parameter."""
        found = next((cut for _, p in self.patient.trained() if (cut := self.cut(p))), None)
        how, line = found or ("", "")
        ends = f": the way from them ends where {how} takes numbers out of the graph" if how else ""
        self._found(
            "cut graph", "error", f"the loss depends on no parameter{ends}",
            "compute with tensors from the parameters to the loss (NumPy's functions take them), outside of no_grad()",
            line,
        )  # fmt: skip

    def _gradients(self) -> None:
        """What the gradients say."""
        rows = list(self.course.rows.values())
        for row in rows:
            row.looks, row.missing = 1, row.before is None
        self._without([row for row in rows if row.missing], True)
        there = [row for row in rows if not row.missing]
        zero = [row for row in there if not row.gradient]
        if zero and self.sight is not None and not self.sight.units.dead:
            self._found(
                "gradient is 0", "warning" if len(zero) == len(there) else "hint",
                f"the gradient of {names(zero)} is exactly 0",
                "look for units that are dead or saturated after it, and for weights that are all 0",
            )  # fmt: skip
        weights = [row for row in there if row.weighs and row.gradient > 0]
        largest = max((row.gradient for row in weights), default=0.0)
        least = min((row.gradient for row in weights), default=0.0)
        self._vanish([row for row in weights if row.gradient < VANISHING * largest], largest)
        self._explode([row for row in weights if explodes(row, least)])

    def held_by(self, optimizer: Any) -> None:
        """Does the optimizer hold all that gets a gradient?"""
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        missing = [row for row in self.course.rows.values() if id(row.p) not in held and row.before is not None]
        if missing:
            self._found(
                "not held by the optimizer", "error",
                f"{type(optimizer).__name__} does not hold {names(missing)}, and would never train what it lacks",
                "give it model.parameters(), after the last change of the model's layers; freeze what is not to be "
                "trained, with requires_grad_(False)",
            )  # fmt: skip

    def step_of(self, optimizer: Any) -> None:
        """A step of a copy of the optimizer."""
        twin = copy.deepcopy(optimizer)
        own = [p for group in optimizer.param_groups for p in group["params"]]
        copies = [p for group in twin.param_groups for p in group["params"]]
        self.optimizer = optimizer
        try:
            with Switch(loop=None, note=None, left=None):
                twin.step()
        except TypeError:  # it needs a closure
            return
        moved: list[Row] = []
        for p, twin_p in zip(own, copies, strict=True):
            row = self.course.rows.get(id(p))
            if row is None or row.before is None or not row.gradient:
                continue
            row.ratio = norm(sample(numbers(twin_p)) - row.before) / row.weight if row.weight else np.nan
            if row.weighs and row.weight:
                moved.append(row)
        if moved:
            self._judge_step(moved, optimizer)

    def _judge_step(self, rows: list[Row], optimizer: Any) -> None:
        most = max(rows, key=lambda row: row.ratio)
        self.moves = f"; a step changes them by {most.ratio:.1g} of their size"
        if most.ratio == 0:
            self._found(
                "parameters never change", "error", f"a step changes no weight{self._rate()}",
                "raise the learning rate",
            )  # fmt: skip
        elif most.ratio > LARGE_STEP:
            self._found(
                "learning rate", "error" if most.ratio > LARGE else "hint",
                f"a step changes {most.name} by {most.ratio:.3g} of its size, where about 0.001 is usual"
                f"{self._rate()}",
                "divide it by 10 or more, and look whether the loss falls",
            )  # fmt: skip
        elif most.ratio < SLOW:
            self._found(
                "learning rate", "warning" if most.ratio < SMALL else "hint",
                f"a step changes the weights by {most.ratio:.1g} of their size at most, where about 0.001 is usual"
                f"{self._rate()}",
                "multiply it by 100 or more, until the loss falls visibly",
            )  # fmt: skip

    def seen(self, inputs: Any, target: Any) -> str:
        """What it looked at, in a line."""
        rows = list(self.course.rows.values()) or [Row(name, p) for name, p in self.patient.trained()]
        gradients = [row.gradient for row in rows if row.gradient > 0]
        between = f", gradients from {min(gradients):.1g} to {max(gradients):.1g}" if gradients else ""
        count = sum(row.size for row in rows)
        return (
            f"{samples(inputs, target)} samples, loss {self.value:.4g}; {len(rows)} parameters with {count:,} "
            f"numbers{between}{self.moves}"
        )


@contextmanager
def unchanged(model: Module, loss: Any, batch: Any) -> Iterator[None]:
    """Afterwards modules, tensors, gradients, modes and generators are as they were before."""
    wholes = [thing for thing in (model, loss) if isinstance(thing, Module)]
    holders: dict[int, Any] = {id(whole): whole for whole in wholes}
    tensors: dict[int, Any] = {}
    for whole in wholes:
        for _, thing in walk(whole):
            (tensors if not hasattr(thing, "__dict__") else holders)[id(thing)] = thing
    attributes = [(vars(holder), dict(vars(holder))) for holder in holders.values()]
    kept = [(thing, numbers(thing), getattr(thing, "grad", None)) for thing in tensors.values()]
    held = [thing.data if isinstance(thing, Tensor) else None for thing, _, _ in kept]  # so that nobody writes to them
    before = modes(model) + modes(loss)
    found = generators({"nn.init": init.generator(None), "model": model, "loss": loss, "batch": batch})
    states = [(rng, copy.deepcopy(rng.bit_generator.state)) for rng in found.values()]
    try:
        yield
    finally:
        del held
        for own, were in attributes:
            own.clear()
            own.update(were)
        for thing, x, g in kept:
            if numbers(thing) is not x:
                thing.data = x
            if not isinstance(thing, Tensor) or thing.node is not None:
                thing.grad = g
        give(before)
        for rng, state in states:
            rng.bit_generator.state = state
