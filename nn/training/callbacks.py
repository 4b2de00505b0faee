"""What else happens in a training: a callback is told of each step and epoch, and may stop it.

Convention: a callback that keeps something from epoch to epoch gives it in ``state_dict`` and takes it back in
``load_state_dict``, so that a training that was resumed is the one that was not cut off.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .checkpoint import save_state
from .history import direction

if TYPE_CHECKING:
    from .trainer import Trainer


class Callback:
    """Override what you need. ``trainer.epoch`` counts the whole epochs, ``trainer.step`` the optimizer's steps."""

    def on_fit_begin(self, trainer: Trainer) -> None:
        """Before the first step."""

    def on_step_end(self, trainer: Trainer) -> None:
        """After each step of the optimizer."""

    def on_epoch_end(self, trainer: Trainer) -> None:
        """After each epoch, when its numbers stand in ``trainer.history``; ``trainer.stop(why)`` makes it the last."""

    def on_fit_end(self, trainer: Trainer) -> None:
        """After the last epoch, also when Ctrl-C ended it."""

    def state_dict(self) -> dict[str, Any]:
        """What is kept from epoch to epoch, for a checkpoint."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up what ``state_dict`` gave."""


class EarlyStopping(Callback):
    """Stop when ``monitor`` has not become better by more than ``min_delta`` for ``patience`` epochs.

    ``monitor`` is a column of the history; without one, the validation loss, or the training loss where nothing is
    validated. With ``restore_best`` the model ends with the weights of its best epoch, whatever ends the training.
    ``mode`` is 'min' or 'max'; losses and the usual metrics are known.
    """

    def __init__(
        self,
        monitor: str = "",
        patience: int = 5,
        min_delta: float = 0.0,
        mode: str = "",
        restore_best: bool = True,
    ) -> None:
        if patience < 1 or not min_delta >= 0:
            raise ValueError(f"EarlyStopping: patience {patience} must be at least 1, min_delta {min_delta} at least 0")
        if monitor:
            direction(monitor, mode)  # say at once that it is not known
        self.monitor = monitor
        self.patience = patience
        self.min_delta = min_delta
        self.mode = mode
        self.restore_best = restore_best
        self.best = math.nan
        self.best_epoch = 0  # from 1; none yet
        self.waited = 0
        self.weights: dict[str, Any] | None = None

    def on_fit_begin(self, trainer: Trainer) -> None:
        self.waited = 0

    def on_epoch_end(self, trainer: Trainer) -> None:
        monitor = self.monitor or ("val_loss" if "val_loss" in trainer.history else "loss")
        sign = direction(monitor, self.mode)
        score = trainer.history[monitor][-1]
        if not math.isnan(score) and (not self.best_epoch or sign * score > sign * self.best + self.min_delta):
            self.best, self.best_epoch, self.waited = score, trainer.epoch, 0
            self.weights = trainer.model.state_dict() if self.restore_best else None
            return
        self.waited += 1
        if self.waited >= self.patience:
            best = f"than {self.best:.4g} (epoch {self.best_epoch}) " if self.best_epoch else ""
            trainer.stop(f"{monitor} has not become better {best}for {self.waited} epochs")

    def on_fit_end(self, trainer: Trainer) -> None:
        if self.weights is not None:
            trainer.model.load_state_dict(self.weights)

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best, "best_epoch": self.best_epoch, "waited": self.waited, "weights": self.weights}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.best, self.best_epoch = state["best"], state["best_epoch"]
        self.waited, self.weights = state["waited"], state["weights"]


class Checkpoint(Callback):
    """Write the whole state of the training to ``path``: every so many epochs, at the end, and on Ctrl-C.

    ``trainer.fit(..., resume=path)`` goes on from it to the same numbers, bit for bit. The file holds whole epochs:
    what a cut-off epoch had done is done again. The one before stays until the new one is whole.
    """

    def __init__(self, path: str | os.PathLike[str], every: int = 1) -> None:
        if every < 1:
            raise ValueError(f"Checkpoint: every must be at least 1 epoch, got {every}")
        self.path = Path(path)
        self.every = every
        self.written = -1  # the number of epochs that the file holds

    def on_fit_begin(self, trainer: Trainer) -> None:
        self.written = -1

    def on_epoch_end(self, trainer: Trainer) -> None:
        if trainer.epoch % self.every == 0:
            self.write(trainer)

    def on_fit_end(self, trainer: Trainer) -> None:
        if self.written != trainer.epoch:
            self.write(trainer)

    def write(self, trainer: Trainer) -> None:
        """Write the state as it was at the end of the last whole epoch."""
        save_state(self.path, trainer.whole_epoch)
        self.written = trainer.epoch
