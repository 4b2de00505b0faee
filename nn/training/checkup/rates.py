"""Learning rates as schedules set them: too early, of an optimizer without a step, or to nothing within a few steps.

Convention: schedules that end at 0 do so once, at their end. Told is a rate that was set several times in a row below a
millionth of the largest one, and this within the first hundred steps: so it is where a schedule that counts epochs is
called after each batch.
"""

from __future__ import annotations

from typing import Any

from autograd.core import users_line

from .finding import Finding, Tell

FEW = 100  # steps
NOTHING = 1e-6  # of the largest rate
TIMES = 5


class Scheduled:
    """An optimizer whose rate is set: how often, where, the largest rate, and how often in a row it was nothing."""

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer
        self.times = self.gone = 0
        self.line = ""
        self.largest = 0.0


class Rates:
    """What schedules do in a loop."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self.known: dict[int, Scheduled] = {}
        self.early: dict[int, str] = {}  # by the id of an optimizer without a step: where its schedule made one

    def told(self, optimizer: Any, at: float, steps: int) -> None:
        """A schedule has set the rate of an optimizer, to that of its own step ``at``, after so many steps of all."""
        if steps > FEW:
            return
        if at == 1 and not optimizer.state:
            self.early[id(optimizer)] = users_line()
        elif at > 1:
            self.early.pop(id(optimizer), None)  # it is being brought to where a training goes on
        its = self.known.setdefault(id(optimizer), Scheduled(optimizer))
        its.times += 1
        its.line = users_line()
        rate = max((float(group["lr"]) for group in optimizer.param_groups), default=0.0)
        first = max((float(group.get("initial_lr", 0.0)) for group in optimizer.param_groups), default=0.0)
        its.largest = max(its.largest, rate, first)
        its.gone = its.gone + 1 if rate < NOTHING * its.largest else 0
        if its.gone == TIMES and steps >= TIMES:
            self.tell(
                Finding(
                    "learning rate", "warning",
                    f"the schedule has brought the learning rate from {its.largest:.3g} to {rate:.1g} within {steps} "
                    "steps, so that nothing is learned any more",
                    "call the schedule's step() once in an epoch, not after each batch; or let the rate fall slower",
                    its.line,
                )
            )  # fmt: skip

    def begins(self, optimizer: Any) -> None:
        """An optimizer makes a step: its first one, and has its schedule made one before?"""
        line = self.early.pop(id(optimizer), "")
        if line and not optimizer.state:
            self.tell(
                Finding(
                    "schedule before the optimizer", "warning",
                    "the schedule's step() comes before the first step of its optimizer: the first learning rate, with "
                    "which the schedule begins, is never used",
                    "call optimizer.step() first, and the schedule's step() after it",
                    line,
                )
            )  # fmt: skip

    def idle(self, steps: int, moved: set[int]) -> None:
        """At the end: was it the rate of an optimizer without a step, whose parameters others have ``moved``?"""
        for its in self.known.values():
            params = [p for group in its.optimizer.param_groups for p in group["params"]]
            if min(steps, its.times) >= TIMES and not its.optimizer.state and any(id(p) in moved for p in params):
                self.tell(
                    Finding(
                        "schedule of another optimizer", "error",
                        f"the schedule sets the learning rate of one {type(its.optimizer).__name__}, which makes no "
                        "step, and another optimizer moves the parameters",
                        "make the schedule for the optimizer whose step() is called, and after it",
                        its.line,
                    )
                )  # fmt: skip
