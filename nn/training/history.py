"""What a training has come to, epoch by epoch.

Convention: a column is a list with one number per epoch; ``val_`` stands before what was measured on the
validation data. Epochs are numbered from 1, as people count them; their places in a column go from 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from .. import plots


class History(Mapping[str, list[float]]):
    """The columns ``loss``, the metrics, ``lr`` (at the epoch's end) and ``seconds``: ``history["val_loss"][3]``.

    ``dict(history)`` gives all columns, ``history.best("val_accuracy")`` the best epoch, ``history.plot()`` the
    learning curves. A column that an epoch did not measure holds NaN there.
    """

    def __init__(self) -> None:
        self.columns: dict[str, list[float]] = {}
        self.epochs = 0

    def append(self, row: Mapping[str, float]) -> None:
        """One more epoch."""
        for name in row:
            self.columns.setdefault(name, [math.nan] * self.epochs)
        for name, column in self.columns.items():
            column.append(float(row.get(name, math.nan)))
        self.epochs += 1

    def row(self, epoch: int) -> dict[str, float]:
        """All numbers of one epoch; -1 is the last."""
        return {name: column[epoch] for name, column in self.columns.items()}

    def best(self, name: str = "", mode: str = "") -> tuple[int, float]:
        """The epoch whose ``name`` is best, and that number: the lowest loss, the highest metric, or as ``mode`` says.

        Epochs count from 1. Without a name: the validation loss if it was measured, else the training loss.
        """
        name = name or ("val_loss" if "val_loss" in self.columns else "loss")
        sign = direction(name, mode)
        scores = [-math.inf if math.isnan(x) else sign * x for x in self[name]]
        if not scores:
            raise ValueError("history.best: no epoch is done yet")
        place = max(range(len(scores)), key=scores.__getitem__)
        return place + 1, self[name][place]

    def plot(self) -> Any:
        """The learning curves as a ``matplotlib.figure.Figure``."""
        return plots.history(self)

    def state_dict(self) -> dict[str, Any]:
        """The numbers, for a checkpoint."""
        return {"epochs": self.epochs, "columns": {name: list(column) for name, column in self.columns.items()}}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up the numbers of ``state_dict()``."""
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
        """A table, a line per epoch."""
        names = ["epoch", *self.columns]
        lines = [[str(k + 1), *(f"{column[k]:.4g}" for column in self.columns.values())] for k in range(self.epochs)]
        widths = [max(map(len, column)) for column in zip(names, *lines, strict=True)]
        rows = [[text.rjust(width) for text, width in zip(line, widths, strict=True)] for line in [names, *lines]]
        return "\n".join("  ".join(row) for row in rows)


UP = ("accuracy", "precision", "recall", "f1", "roc_auc", "auc")


def direction(name: str, mode: str = "") -> int:
    """-1 where less of ``name`` is better, 1 where more is: by ``mode`` ('min' or 'max'), or known by the name."""
    if mode in ("min", "max"):
        return -1 if mode == "min" else 1
    if mode:
        raise ValueError(f"mode is 'min' or 'max', not {mode!r}")
    if name.endswith("loss"):
        return -1
    if name.removeprefix("val_").startswith(UP):
        return 1
    raise ValueError(f"is more or less of {name!r} better? Say mode='max' or mode='min'")
