"""The light form inside a ``Trainer``: the doctor's rounds.

Convention: a look is at one step of the trainer. The first three steps are looked at, later ones only while all looks
together have cost less than half a hundredth of the time: by so much did their steps take longer than the others.
"""

from __future__ import annotations

import math
import time
from typing import Any

from autograd.core import Switch

from ..protocols import Training
from .course import gradient
from .finding import warn
from .judge import PATIENCE
from .patient import Patient
from .sight import Sight
from .watcher import Once, Watcher

SHARE = 0.005  # of the time
PAUSE = 10  # steps between looks, at least; then twice as many each time


class Rounds(Watcher):
    """Looks at some steps of a trainer. ``due`` is the number of the next one, counted as ``trainer.step``."""

    def __init__(self, trainer: Training) -> None:
        once = Once(warn)
        once.told.add("not finite")  # of which the trainer raises
        super().__init__(Patient(trainer.model, trainer.loss), once)
        self.due: float = math.inf  # between trainings
        self.looks = self.others = 0  # steps, looked at and not
        self.pause = PAUSE
        self.looked = self.elapsed = 0.0  # seconds: in steps that were looked at, and in all
        self._switch: Switch | None = None
        self._heard = False  # of the step

    def begin_fit(self, trainer: Training) -> None:
        """A training begins, perhaps not the first one."""
        self.patient = Patient(trainer.model, trainer.loss)
        self._start, self._first = time.perf_counter() - self.elapsed, trainer.step - self.looks - self.others
        self.due = trainer.step if self.looks < PATIENCE else trainer.step + self.pause

    def end_fit(self, whole: bool) -> None:
        """It has ended, as it should or by an error, perhaps between ``begin`` and its step."""
        self._leave()
        rows = [row for row in self.course.rows.values() if row.looks == row.missing and gradient(row.p) is None]
        if whole:
            self._without([row for row in rows if row.looks >= PATIENCE], True)
        self.elapsed, self.due, self.sight = time.perf_counter() - self._start, math.inf, None

    def begin(self, trainer: Training) -> bool:
        """Before a step that is due: look at it, if that is not too dear?"""
        self._begun = time.perf_counter()
        self.others = trainer.step - self._first - self.looks
        if self.looks >= PATIENCE:
            self.pause *= 2
            self.due = trainer.step + self.pause
            elapsed = self._begun - self._start
            ordinary = (elapsed - self.looked) / max(self.others, 1)
            if self.looked - self.looks * ordinary > SHARE * elapsed:
                return False
        self._heard = False
        self.sight = Sight(self.tell, self.sight)
        self._switch = Switch(beside=self.sight.hooks, loop=self)
        self._switch.__enter__()
        return True

    def stepped(self, optimizer: Any) -> None:
        """The optimizer has moved its parameters: what callbacks do after it is their own affair."""
        self._leave()
        self._heard = True
        super().stepped(optimizer)

    def end(self, trainer: Training, moved: bool) -> None:
        """After the step, in which parameters may have ``moved``."""
        self._leave()
        if moved and not self._heard:  # by an optimizer of another kind
            super().stepped(trainer.optimizer)
        self.looks += moved
        self.looked += time.perf_counter() - self._begun

    def _leave(self) -> None:
        if self._switch is not None:
            self._switch.__exit__()
            self._switch = None
