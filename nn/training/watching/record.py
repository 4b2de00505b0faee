"""The record of a watched training: a number for each step, name and column.

Convention: names are those of layers and parameters, ``""`` is the model as a whole. What was not there at a step is
NaN. Rows that are written never change, so that a saved state may be a view of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd.typing import NDArray

MOVES = ("weight", "gradient", "update", "ratio")


class Columns(Mapping[str, NDArray[Any]]):
    """What was recorded under one name: an array over the steps for each column, ``columns.gradient``.

    ``columns["gradient"]`` is the same, and ``dict(columns)`` gives them all. ``step`` holds the numbers of the
    recorded steps, counted from 1.
    """

    def __init__(self, name: str, columns: Mapping[str, NDArray[Any]]) -> None:
        self._name, self._columns = name, dict(columns)

    def __getitem__(self, column: str) -> NDArray[Any]:
        if column not in self._columns:
            raise KeyError(f"{self._name or 'the whole'!r} has no column {column!r}; it has {', '.join(self._columns)}")
        return self._columns[column]

    def __getattr__(self, column: str) -> NDArray[Any]:
        if column.startswith("_") or column not in self._columns:
            has = ", ".join(vars(self).get("_columns", ()))
            raise AttributeError(f"{vars(self).get('_name')!r} has no column {column!r}; it has {has}")
        return self._columns[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        last = ", ".join(f"{column} {x[-1]:.4g}" for column, x in self._columns.items() if len(x))
        return f"Columns({self._name!r}, {len(self._columns['step'])} steps; the last: {last})"


class Record:
    """A growing table: a row for each recorded step, and a column for each pair (name, column)."""

    def __init__(self) -> None:
        self.places: dict[tuple[str, str], int] = {}  # which column of the table holds it
        self.rows = 0
        self.steps = np.zeros(0, np.int64)
        self.table = np.zeros((0, 0))

    def append(self, step: int, numbers: Mapping[str, Mapping[str, float]]) -> None:
        """Add the numbers of a step: for each name its columns."""
        places = self.places
        row = [np.nan] * len(places)
        for name, columns in numbers.items():
            for column, number in columns.items():
                k = places.setdefault((name, column), len(places))
                if k < len(row):
                    row[k] = number
                else:
                    row.append(number)
        rows, width = self.table.shape
        if self.rows == rows or width < len(row):
            grown = np.full((max(2 * rows, 64) if self.rows == rows else rows, len(row)), np.nan)
            grown[: self.rows, :width] = self.table[: self.rows]
            steps = np.zeros(len(grown), np.int64)
            steps[: self.rows] = self.steps[: self.rows]
            self.table, self.steps = grown, steps
        self.steps[self.rows] = step
        self.table[self.rows] = row
        self.rows += 1

    def names(self) -> list[str]:
        """All names, in order."""
        return list(dict.fromkeys(name for name, _ in self.places))

    def columns(self, name: str) -> Columns:
        """All columns of a name."""
        found = {column: k for (owner, column), k in self.places.items() if owner == name}
        if not found:
            raise KeyError(
                f"{name!r} was not recorded; there are {', '.join(map(repr, self.names())) or 'no steps yet'}"
            )
        table = {column: self.table[: self.rows, k].copy() for column, k in found.items()}
        return Columns(name, {"step": self.steps[: self.rows].copy(), **table})

    def cut(self, step: int) -> None:
        """Forget what came after a step."""
        rows = int(np.searchsorted(self.steps[: self.rows], step, side="right"))
        if rows < self.rows:
            self._take(self.steps[:rows], self.table[:rows], list(self.places))

    def _take(self, steps: Any, table: Any, places: list[tuple[str, str]]) -> None:
        """Go on from these rows, in new arrays."""
        self.rows = len(steps)
        self.places = {place: k for k, place in enumerate(places if self.rows else ())}
        self.steps = np.array(steps, np.int64)
        self.table = np.array(table, np.float64).reshape(self.rows, len(self.places))

    def state_dict(self) -> dict[str, Any]:
        """The whole record, for a checkpoint."""
        steps, table = self.steps[: self.rows], self.table[: self.rows]
        steps.flags.writeable = table.flags.writeable = False
        return {"columns": [list(place) for place in self.places], "steps": steps, "table": table}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Restore what ``state_dict`` returned."""
        self._take(state["steps"], state["table"], [(name, column) for name, column in state["columns"]])
