"""How far a training is: one bar for all its epochs, in the terminal or the notebook, and a line for each epoch.

Convention: the bar counts batches, so that its time left is that of the whole training. Where the output is no
terminal the bar stays away and the lines remain.
"""

from __future__ import annotations

import contextlib
import importlib.util
import time
import warnings
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from autograd.extras import extra

REFRESH = 0.5  # seconds between two looks at the numbers


class Progress:
    """``with Progress(shown, batches, epochs, done) as progress``; ``shown`` is None for: where tqdm is installed."""

    def __init__(self, shown: bool | None, batches: int | None, epochs: int, done: int = 0) -> None:
        self.epochs = epochs
        self.bar: Any = None
        self.looked = 0.0
        if shown is None:
            shown = importlib.util.find_spec("tqdm") is not None
        if shown:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a notebook without widgets, where the bar is drawn as text
                tqdm = extra("tqdm.auto", "train", "a progress bar").tqdm
            total = None if batches is None else batches * epochs
            initial = 0 if batches is None else batches * done
            # disable=None: not where the output is no terminal
            self.bar = tqdm(total=total, initial=initial, unit="batch", disable=None, leave=False, dynamic_ncols=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.close()

    def epoch(self, number: int) -> None:
        """The epoch ``number``, from 1, begins."""
        if self.bar is not None:
            self.bar.set_description(f"epoch {number}/{self.epochs}", refresh=False)

    def update(self, batches: int, numbers: Callable[[], Mapping[str, float]]) -> None:
        """So many batches more are done; ``numbers``, asked now and then, tells the loss and the metrics so far."""
        if self.bar is None:
            return
        now = time.monotonic()
        if now - self.looked > REFRESH and not self.bar.disable:
            self.looked = now
            with contextlib.suppress(ValueError):  # a metric that cannot be told of part of an epoch, as the AUC
                self.bar.set_postfix_str(_text(numbers()), refresh=False)
        self.bar.update(batches)

    def line(self, number: int, row: Mapping[str, float]) -> None:
        """What the epoch ``number``, from 1, came to."""
        width = len(str(self.epochs))
        self.say(f"epoch {number:>{width}}/{self.epochs}  {_text(row)}")

    def say(self, text: str) -> None:
        """A line of text above the bar."""
        if self.bar is not None:
            self.bar.write(text)


def _text(row: Mapping[str, float]) -> str:
    return "  ".join(f"{name} {x:{'.3g' if name in ('lr', 'seconds') else '.4f'}}" for name, x in row.items())
