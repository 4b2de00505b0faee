"""The light form for a loop of one's own: ``with nn.doctor(model):``.

Convention: a look begins after one step and ends after the next. Between looks nothing is noted, and looks after the
first ones are taken only while all of them together have cost less than a hundredth of the time. Each kind of mistake
is told once.
"""

from __future__ import annotations

import time
from typing import Any, Self

import numpy as np

from autograd.core import Switch, users_line

from ...module import Module
from .course import Row, gradient, numbers
from .finding import Tell, harmless, warn
from .judge import FIRST, LATE, PATIENCE, names, one
from .kept import Kept
from .modes import Modes
from .patient import Patient
from .rates import Rates
from .sight import Sight
from .watcher import Once, Watcher

SHARE = 0.01  # of the time, that later looks may cost


class Doctor(Watcher):
    """``with nn.doctor(model):`` around a training loop: it looks at some steps, and tells of each mistake once.

    ``model``      the model, a network of ``nn.scalar``, or a list of parameters; None: whatever is trained
    ``optimizer``  what moves them, if it is known
    ``tell``       is called with each ``Finding``; by default it warns
    """

    def __init__(self, model: Any = None, optimizer: Any = None, tell: Tell = warn) -> None:
        super().__init__(Patient(model), Once(tell))
        self.given = optimizer
        self.optimizer = optimizer
        self.manual = True  # no optimizer has made a step
        self._outer: Switch | None = None
        self._inner: Switch | None = None
        self._modes: Modes
        self._next = LATE
        self._spent = 0.0
        self._mixed: dict[int, tuple[Any, Any, bool]] = {}  # by parameter: its gradient, its numbers, is it mixed?
        self._sweeps, self._sweep_line = 0, ""  # before the first step, and where the last one was
        self._rates = Rates(self.tell)
        self._kept = Kept(self.tell)

    def __enter__(self) -> Self:
        if self._outer is not None:
            raise RuntimeError("doctor: it is looking at a loop already; make another one")
        self._outer = Switch(loop=self)
        self._outer.__enter__()
        self._begun = time.perf_counter()
        self._modes = Modes(self.patient, self._look, self.tell)
        self._look()
        return self

    def __exit__(self, *error: object) -> None:
        if isinstance(error[1], AttributeError):
            self._explain(error[1])
        self._end_look()
        self._modes.leave()
        if self._outer is not None:
            self._outer.__exit__()
            self._outer = None
        if error[0] is None:
            self._last()

    def _look(self) -> Sight:
        """Begin a look."""
        self.sight = self._modes.sight = Sight(self.tell, self.sight)
        self._inner = Switch(beside=self.sight.hooks)
        self._inner.__enter__()
        return self.sight

    def _end_look(self) -> None:
        if self._inner is not None:
            self._inner.__exit__()
            self._inner = None

    # ------------------------------------------------ what it hears

    def backward(self, root: Any) -> None:
        if self.manual:
            self._backward(root)

    @harmless
    def _backward(self, root: Any) -> None:
        if self.sight is None:
            return self.moved([])
        if self.course.waiting and self.course.moved():
            self._manual_zero()
            self.moved([p for _, p in self._named()])
        self._mix()

    def _swept(self, root: Any) -> None:
        begun = time.perf_counter()
        if not self.patient.parameters and self.given is not None:
            self.patient.add(p for group in self.given.param_groups for p in group["params"])
        super()._swept(root)
        self._kept.swept(root)
        if not self.steps:
            self._sweeps, self._sweep_line = self._sweeps + 1, users_line()
        if self.manual:
            for _, p in self._named():
                was = self._mixed.get(id(p))
                self._mixed[id(p)] = gradient(p), numbers(p), was is not None and was[2]
        self._spent += time.perf_counter() - begun

    def step(self, optimizer: Any) -> None:
        super().step(optimizer)
        self.manual = False
        if self._rates.early:
            self._rates.begins(optimizer)
        if self.sight is not None and self.patient.model is None:
            self.patient.add(p for group in optimizer.param_groups for p in group["params"])

    def stepped(self, optimizer: Any) -> None:
        if self.sight is not None or self.steps <= LATE or self.steps >= self._next:
            self._same(optimizer)
            super().stepped(optimizer)
        else:  # as nearly always
            self.steps += 1
            if self._modes.calm:
                self._modes.judge()

    @harmless
    def _same(self, optimizer: Any) -> None:
        alive = self.held.intersection(self.patient.parameters)  # ids of others may come again
        self.anew.look_at_optimizer(optimizer, alive, users_line())

    @harmless
    def scheduled(self, optimizer: Any, at: float) -> None:
        """A schedule has set the rate of the ``optimizer``, to that of its step ``at``."""
        self._rates.told(optimizer, at, self.steps)

    def moved(self, params: list[Any]) -> None:
        begun = time.perf_counter()
        self._end_look()
        super().moved(params)
        if self.steps == LATE:
            self._unheld()
            self._kept.look()
        self._modes.judge()
        now = time.perf_counter()
        self._spent += now - begun
        if self.steps > self._next:
            self._next = self.steps + 1 + self.steps // 2  # if it is not looked at, then later
        if (
            self.steps < FIRST
            or self.steps == LATE - 1
            or (self.steps >= self._next and self._spent < SHARE * (now - self._begun))
        ):
            self._next = max(LATE, self.steps + 1 + self.steps // 2)
            self._look()
        else:
            self.sight = self._modes.sight = None

    # ------------------------------------------------ loops without an optimizer

    def _mix(self) -> None:
        """Before a sweep: which gradients of moved parameters are still there?"""
        for _, p in self._named():
            was = self._mixed.get(id(p))
            if was is not None:
                g, x, mixed = was
                same = g is not None and gradient(p) is g and np.any(g)
                self._mixed[id(p)] = g, x, bool(same and (mixed or numbers(p) is not x))

    def _manual_zero(self) -> None:
        """Parameters were moved: by mixed gradients?"""
        for name, p in self._named():
            was = self._mixed.get(id(p))
            if was is not None and was[2] and gradient(p) is was[0] and numbers(p) is not was[1]:
                self._found(
                    "not zeroed", "error",
                    f"the gradient of {name} contains those of earlier steps, because backward() adds to what is there",
                    "set p.grad = None for each parameter (model.zero_grad()) before each loss.backward()",
                    users_line(),
                )  # fmt: skip
                return

    # ------------------------------------------------ the end

    def _explain(self, error: AttributeError) -> None:
        """A plain number was asked for what tensors have: where did it leave the graph?"""
        number = error.obj
        if error.name not in ("backward", "grad") or not isinstance(number, int | float | np.generic | np.ndarray):
            return
        last = self.sight.last if self.sight is not None else None
        where = f" {last[0]} took numbers out of the graph last ({last[1]})." if last else ""
        error.add_note(
            f"This {type(number).__name__} is a plain number, which has no graph and no {error.name}.{where} A loss is "
            "computed from tensors by functions with a derivative; argmax, comparisons and counts have none."
        )

    def _last(self) -> None:
        """The loop has ended: what has not come until now does not come."""
        if self.sight is not None:
            self._modes.judge()
        self._never_moved()
        self._still_frozen()
        self._rates.idle(self.steps, self.held)
        self._kept.look()
        if self.steps < LATE:
            self._unheld()
            self._judge([row for row in self.course.rows.values() if row.looks >= PATIENCE], True)

    def _never_moved(self) -> None:
        """Was there any step?"""
        rows = [row for row in self.course.rows.values() if row.gradient > 0]
        if not self.steps and self._sweeps >= FIRST and rows and not self.course.moved():
            self._found(
                "parameters never change", "error",
                f"there were {self._sweeps} backward passes and no step: nothing has moved {names(rows)}",
                "call optimizer.step(), with its brackets, after each loss.backward(); by hand, assign to the numbers, "
                "p.data = p.data - rate * p.grad, and not to p",
                self._sweep_line,
            )  # fmt: skip

    def _still_frozen(self) -> None:
        """Are parameters frozen that were named one by one? (Part of a model often is, when it is fine-tuned.)"""
        if self.steps and not isinstance(self.patient.model, Module | None):
            named = self.patient.parameters.values()
            rows = [Row(name, p) for name, p in named if id(p) in self.held and not getattr(p, "requires_grad", True)]
            if rows:
                self._found(
                    "frozen parameters", "warning",
                    f"{names(rows)} {one(rows, 'is', 'are')} frozen: the optimizer holds {one(rows, 'it', 'them')} and "
                    f"never moves {one(rows, 'it', 'them')}",
                    "set p.requires_grad = True, or leave frozen parameters out",
                    users_line(),
                )  # fmt: skip

    def _unheld(self) -> None:
        """Which parameters get gradients that no optimizer uses?"""
        rows = [row for key, row in self.course.rows.items() if key not in self.held and row.gradient > 0]
        if self.held and rows:
            self._found(
                "not held by the optimizer", "error",
                f"{names(rows)} {one(rows, 'gets', 'get')} a gradient, and no optimizer moves "
                f"{one(rows, 'it', 'them')}",
                "give the optimizer model.parameters(), after the last change of the model's layers; freeze what is "
                "not to be trained, with requires_grad_(False)",
                users_line(),
            )  # fmt: skip
