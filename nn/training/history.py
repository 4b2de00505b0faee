"""The numbers of a training, epoch by epoch.

Convention: a column is a list with one number per epoch; names of validation results start with ``val_``. Epochs
are numbered from 1, as people count them; their indices in a column start at 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from .. import plots
from ..plots.style import Figure

Mode: TypeAlias = Literal["", "min", "max"]


class History(Mapping[str, list[float]]):
    """The columns ``loss``, the metrics, ``lr`` (at the epoch's end) and ``seconds``: ``history["val_loss"][3]``.

    ``dict(history)`` gives all columns, ``history.best("val_accuracy")`` the best epoch, ``history.plot()`` the
    learning curves. A column holds NaN for an epoch in which it was not measured.
    """

    def __init__(self) -> None:
        self.columns: dict[str, list[float]] = {}
        self.epochs = 0

    def append(self, row: Mapping[str, float]) -> None:
        """Add an epoch: a ``row`` of numbers by column."""
        for name in row:
            self.columns.setdefault(name, [math.nan] * self.epochs)
        for name, column in self.columns.items():
            column.append(float(row.get(name, math.nan)))
        self.epochs += 1

    def row(self, epoch: int) -> dict[str, float]:
        """All numbers of one ``epoch``, by its index; -1 is the last."""
        return {name: column[epoch] for name, column in self.columns.items()}

    def best(self, name: str = "", mode: Mode = "") -> tuple[int, float]:
        """The best epoch by one column, counted from 1, and its number there.

        ``name``  the column; '' is the validation loss, or without validation the training loss
        ``mode``  'min' or 'max': is lower or higher better? '' is known for losses and the usual metrics
        """
        name = name or ("val_loss" if "val_loss" in self.columns else "loss")
        sign = direction(name, mode)
        scores = [-math.inf if math.isnan(x) else sign * x for x in self[name]]
        if not scores:
            raise ValueError("history.best: no epoch is complete yet")
        index = max(range(len(scores)), key=scores.__getitem__)
        return index + 1, self[name][index]

    def plot(self, log: bool | None = None) -> Figure:
        """The learning curves; ``log`` says whether losses have a logarithmic axis, as in ``plots.history``."""
        return plots.history(self.columns, log)

    def state_dict(self) -> dict[str, Any]:
        """The numbers, for a checkpoint."""
        return {"epochs": self.epochs, "columns": {name: list(column) for name, column in self.columns.items()}}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Restore the ``state`` that ``state_dict()`` gave."""
        self.epochs = int(state["epochs"])
        self.columns = {name: list(column) for name, column in state["columns"].items()}

    def __getitem__(self, name: str) -> list[float]:
        if name not in self.columns:
            raise KeyError(f"{name!r} was not measured; there are {', '.join(self.columns) or 'no columns yet'}")
        return self.columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def __repr__(self) -> str:
        """A table with a line per epoch."""
        lines = [["epoch", *self.columns]]
        lines += [[str(k + 1), *(f"{x:.4g}" for x in self.row(k).values())] for k in range(self.epochs)]
        form = "  ".join(f"{{:>{max(map(len, column))}}}" for column in zip(*lines, strict=True))
        return "\n".join(form.format(*line) for line in lines)


HIGHER_IS_BETTER = ("accuracy", "precision", "recall", "f1", "roc_auc", "auc")


def direction(name: str, mode: Mode = "") -> int:
    """-1 if a lower ``name`` is better, 1 if a higher one is: as ``mode`` says ('min' or 'max'), or by the name."""
    if mode in ("min", "max"):
        return -1 if mode == "min" else 1
    if mode:
        raise ValueError(f"mode is 'min' or 'max', not {mode!r}")
    if name.endswith("loss"):
        return -1
    if name.removeprefix("val_").startswith(HIGHER_IS_BETTER):
        return 1
    raise ValueError(f"is a higher or a lower {name!r} better? Say mode='max' or mode='min'")


def opposite(name: str, mode: Mode) -> bool:
    """Is ``name`` known to be better in the other direction than ``mode`` says?"""
    try:
        return direction(name) != direction(name, mode)
    except ValueError:
        return False
