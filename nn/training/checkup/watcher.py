"""What is heard of a training: its backward passes, the steps of its optimizers, and what its losses are given.

Convention: only while there is a ``sight``, that is, in a step that is looked at, is anything done about it. The doctor
never ends a training: where it fails itself, on arrays of a kind unknown to it, it warns and goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Tensor
from autograd.core import recording, users_line
from autograd.declare import on_cpu

from .course import gradient
from .finding import Finding, Tell, harmless, warn
from .judge import LATE, Judge
from .losses import Given


class Once:
    """Tells each kind of finding once; hints are for those who ask."""

    def __init__(self, tell: Tell = warn) -> None:
        self.told: set[str] = set()
        self._tell = tell

    def __call__(self, finding: Finding) -> None:
        if finding.severity != "hint" and finding.kind not in self.told:
            self.told.add(finding.kind)
            self._tell(finding)


class Watcher(Judge):
    """What both forms of the light doctor share: it hears of backward passes, steps and losses, and looks at some."""

    works = True

    # ------------------------------------------------ what it hears

    def backward(self, root: Any) -> None:
        """A sweep begins."""

    def swept(self, root: Any) -> None:
        """The gradients of ``root`` are there."""
        if self.sight is not None:
            self._swept(root)

    def step(self, optimizer: Any) -> None:
        """An optimizer is about to move its parameters."""
        if self.sight is not None:
            self._step(optimizer)

    @harmless
    def stepped(self, optimizer: Any) -> None:
        """It has."""
        params = [p for group in optimizer.param_groups for p in group["params"]]
        self.optimizer = optimizer
        self.held.update(map(id, params))
        self.moved(params)

    def scheduled(self, optimizer: Any, at: float) -> None:
        """A schedule has set the rate of the ``optimizer``, to that of the schedule's step ``at``."""

    def loss(self, name: str, input: Any, target: Any) -> None:
        """A loss, ``name``, is computed of ``input`` and ``target``."""
        if self.sight is not None and recording.on:
            self._given(name, input, target)

    @harmless
    def mistaken(self, kind: str, text: str, fix: str) -> None:
        """The library has found a mistake of this ``kind``; ``text`` says what is wrong, ``fix`` what to write."""
        self._found(kind, "error", text, fix, users_line())

    # ------------------------------------------------ what it does about it

    @harmless
    def _swept(self, root: Any) -> None:
        value = on_cpu(root._array if isinstance(root, Tensor) else root.number)
        if value.size == 1:
            self._loss(float(value.real))
        self.course.before(self._named())

    @harmless
    def _step(self, optimizer: Any) -> None:
        self.course.given_by_hand()
        if self.course.waiting:
            params = (p for group in optimizer.param_groups for p in group["params"])
            self.course.waiting = any(gradient(p) is not None for p in params)  # else they have been cleared

    @harmless
    def _new(self) -> None:
        if self.sight is not None and not self.course.by_hand:
            self.anew.look_at_layers(self.sight, set(self.patient.parameters), self.held)

    @harmless
    def _given(self, name: str, input: Any, target: Any) -> None:
        given = Given(self.patient, self.sight, name, input, target)  # type: ignore[arg-type]
        for finding in given.findings():
            self.tell(finding)
        if given.target.size and name in ("cross_entropy", "nll_loss"):
            self.classes.append(given.one_class())
            self.labels += given.target.size

    def _named(self) -> Iterable[tuple[str, Any]]:
        return self.patient.trained()

    def moved(self, params: list[Any]) -> None:
        """A step has been made."""
        self.steps += 1
        self.leap = None
        if self.sight is None:
            return
        self.numbers_used |= self.sight.numbers.used
        self._new()
        if self.course.waiting:
            rows = self.course.after(params)
            self._leap([row for row in rows if row.weighs and row.weight])
            self._judge(rows, self.steps >= LATE)
            self._units()
        self._batches()
