"""Progress of a training: one bar for all epochs, in the terminal or the notebook, and a line for each epoch.

Convention: the bar counts batches, so its remaining time is that of the whole training. Without a terminal: only lines.
A program that a launcher started has the launcher's terminal, at the other end of pipes.
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from autograd.extras import extra

REFRESH = 0.5  # seconds between two updates of the numbers


class Progress:
    """``with Progress(shown, batches, epochs, done) as progress``; ``shown=None`` shows it if tqdm is installed.

    ``columns``  the width of a launcher's terminal, to which errors go; 0 if there is none
    ``lines``    where lines are printed; None for the output
    """

    def __init__(
        self, shown: bool | None, batches: int | None, epochs: int, done: int = 0, columns: int = 0, lines: Any = None
    ) -> None:  # fmt: skip
        self.epochs, self.lines = epochs, lines
        self.bar: Any = None
        self.refreshed = 0.0
        if shown is None:
            shown = importlib.util.find_spec("tqdm") is not None
        if shown:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about a notebook without widgets: the bar is text there
                tqdm = extra("tqdm.auto", "train", "a progress bar").tqdm
            total, initial = (None, 0) if batches is None else (batches * epochs, batches * done)
            # disable=None: no bar where the output is not a terminal
            place: dict[str, Any] = {"disable": None, "dynamic_ncols": True}
            if columns:
                place = {"file": sys.stderr, "ncols": columns}
            self.bar = tqdm(total=total, initial=initial, unit="batch", leave=False, **place)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def epoch(self, number: int) -> None:
        """Epoch ``number``, counted from 1, begins."""
        if self.bar is not None:
            self.bar.set_description(f"epoch {number}/{self.epochs}", refresh=False)

    def update(self, batches: int, numbers: Callable[[], Mapping[str, float]]) -> None:
        """Count ``batches`` more; now and then show the loss and the metrics so far, which ``numbers`` computes."""
        if self.bar is None:
            return
        now = time.monotonic()
        if now - self.refreshed > REFRESH and not self.bar.disable:
            self.refreshed = now
            with contextlib.suppress(ValueError):  # a metric undefined for part of an epoch, such as the AUC
                self.bar.set_postfix_str(_text(numbers()), refresh=False)
        self.bar.update(batches)

    def line(self, number: int, row: Mapping[str, float]) -> None:
        """Print the results of epoch ``number``, counted from 1."""
        self.say(f"epoch {number:>{len(str(self.epochs))}}/{self.epochs}  {_text(row)}")

    def say(self, text: str) -> None:
        """Print a line of text above the bar."""
        if self.bar is not None:
            self.bar.write(text, file=self.lines)
            sys.stdout.flush()  # which waits for more where it is no terminal, as a file or a pipe


def _text(row: Mapping[str, float]) -> str:
    return "  ".join(f"{name} {x:{'.3g' if name in ('lr', 'seconds') else '.4f'}}" for name, x in row.items())
