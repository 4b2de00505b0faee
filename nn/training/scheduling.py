"""When a schedule steps, and which number it gets.

Convention: a schedule whose ``step`` has a required argument asks for a number: a column of the history after an epoch,
the loss after a step of the optimizer.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from .history import opposite
from .protocols import Schedule

Every: TypeAlias = Literal["epoch", "step"]


class Scheduling:
    """A schedule, or None, that steps ``every`` epoch or step and gets the column ``monitor`` if it asks for one."""

    def __init__(self, schedule: Schedule | None, every: Every, monitor: str) -> None:
        if every not in ("epoch", "step"):
            raise ValueError(f"schedule_every is 'epoch' or 'step', not {every!r}")
        self.schedule, self.every, self.monitor = schedule, every, monitor
        self.column = ""  # what it gets in this fit; '' if it asks for nothing

    def begin(self, columns: list[str]) -> None:
        """Before a fit that measures these columns: raise if the schedule would get none, or one of the wrong sense."""
        asks = self.schedule is not None and any(
            p.default is p.empty for p in inspect.signature(self.schedule.step).parameters.values()
        )
        measured = columns if self.every == "epoch" else ["loss"]
        column = self.monitor or ("val_loss" if "val_loss" in measured else "loss")
        if column not in measured:
            raise ValueError(
                f"Trainer: no {self.every} measures schedule_monitor={column!r}; there are {', '.join(measured)}"
            )
        self.column = column if asks else ""
        mode: Any = getattr(self.schedule, "mode", "") if asks else ""
        if mode in ("min", "max") and opposite(column, mode):
            raise ValueError(
                f"Trainer: {type(self.schedule).__name__} has mode={mode!r}, and would get {column}, where "
                f"{'lower' if mode == 'max' else 'higher'} is better: give it another column, such as "
                "schedule_monitor='val_accuracy', or the other mode"
            )

    def after(self, what: Every, row: Mapping[str, float]) -> None:
        """Step the schedule, if it steps after this."""
        if self.schedule is not None and self.every == what:
            self.schedule.step(*([row[self.column]] if self.column else []))
