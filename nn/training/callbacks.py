"""What else happens during training: callbacks hear of each step and epoch, and may stop it.

Convention: a callback that remembers something across epochs forgets it in ``on_fit_begin``, so that it serves another
training too; it returns it from ``state_dict`` and takes it back in ``load_state_dict``, which comes after, so that a
resumed training ends as if it had never been interrupted.
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..module.state_dict import passing, put_back
from .checkpoint import save_state
from .history import Mode, direction
from .protocols import Training


class Callback:
    """Override what you need. ``trainer.epoch`` counts completed epochs, ``trainer.step`` the optimizer's steps."""

    runs_last = False  # True: called after the other callbacks, when ``trainer.whole_epoch`` holds this epoch

    def on_fit_begin(self, trainer: Training) -> None:
        """Before the first step of a ``trainer``."""

    def on_step_end(self, trainer: Training) -> None:
        """After each step of the optimizer of a ``trainer``."""

    def on_epoch_end(self, trainer: Training) -> None:
        """After each epoch, once its numbers are in ``trainer.history``; ``trainer.stop(why)`` makes it the last."""

    def on_fit_end(self, trainer: Training) -> None:
        """After the last epoch of a ``trainer``, even if Ctrl-C ended it."""

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint must hold of this callback."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Restore the ``state`` that ``state_dict`` returned."""


class EarlyStopping(Callback):
    """Stop when ``monitor`` has not improved by more than ``min_delta`` for ``patience`` epochs.

    ``monitor``       a column of the history; '' is the validation loss, or without validation the training loss
    ``patience``      epochs without improvement before the training stops
    ``min_delta``     a smaller improvement does not count
    ``mode``          'min' or 'max': is lower or higher better? '' is known for losses and the usual metrics
    ``restore_best``  give the model the weights of its best epoch at the end, however the training ends
    """

    def __init__(
        self, monitor: str = "", patience: int = 5, min_delta: float = 0.0, mode: Mode = "", restore_best: bool = True
    ) -> None:
        if patience < 1 or not min_delta >= 0:
            raise ValueError(f"EarlyStopping: patience {patience} must be at least 1, min_delta {min_delta} at least 0")
        if monitor:
            direction(monitor, mode)  # an unknown one fails now, not after the first epoch
        self.monitor, self.patience, self.min_delta = monitor, patience, min_delta
        self.mode, self.restore_best = mode, restore_best
        self._forget()

    def _forget(self) -> None:
        self.best = math.nan
        self.best_epoch = 0  # counted from 1; 0 is none yet
        self.waited = 0
        self.weights: dict[str, Any] | None = None
        self.passing: list[str] = []  # the names of weights that may come and go

    def on_fit_begin(self, trainer: Training) -> None:
        self._forget()
        if self.monitor and self.monitor not in trainer.columns:
            raise ValueError(
                f"EarlyStopping: no epoch measures {self.monitor!r}; there are {', '.join(trainer.columns)}. Columns "
                "val_... need validation data, others a metric: Trainer(..., metrics=[nn.metrics.accuracy])"
            )

    def on_epoch_end(self, trainer: Training) -> None:
        monitor = self.monitor or ("val_loss" if "val_loss" in trainer.history else "loss")
        sign = direction(monitor, self.mode)
        score = trainer.history[monitor][-1]
        if not math.isnan(score) and (not self.best_epoch or sign * score > sign * self.best + self.min_delta):
            self.best, self.best_epoch, self.waited = score, trainer.epoch, 0
            if self.restore_best:
                self.weights, self.passing = trainer.model.state_dict(), sorted(passing(trainer.model))
            return
        self.waited += 1
        if self.waited >= self.patience:
            best = f"on {self.best:.4g} (epoch {self.best_epoch}) " if self.best_epoch else ""
            trainer.stop(f"{monitor} has not improved {best}for {self.waited} epochs")

    def on_fit_end(self, trainer: Training) -> None:
        if self.weights is not None:
            put_back(trainer.model, self.weights, self.passing, passing(trainer.model))

    def state_dict(self) -> dict[str, Any]:
        names = ("best", "best_epoch", "waited", "weights", "passing")
        return {name: getattr(self, name) for name in names}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.best, self.best_epoch = state["best"], state["best_epoch"]
        self.waited, self.weights = state["waited"], state["weights"]
        self.passing = state.get("passing", [])


class Checkpoint(Callback):
    """Write the whole state of the training to a file: ``trainer.fit(..., resume=path)`` resumes from it, bit for bit.

    ``path``   the file, ``.npz``; the previous one stays until the new one is complete
    ``every``  epochs between two writes; the state is also written at the end and on Ctrl-C

    The file holds completed epochs: an epoch that was cut short is repeated. If it cannot be written, as the disk is
    full, a warning says so, the training goes on and the next epoch tries again. What cannot be written at the end
    raises; ``callback.write(trainer)`` writes it once there is room.
    """

    runs_last = True

    def __init__(self, path: str | os.PathLike[str], every: int = 1) -> None:
        if every < 1:
            raise ValueError(f"Checkpoint: every must be at least 1 epoch, got {every}")
        self.path, self.every = Path(path), every
        self.written = -1  # the number of epochs that the file holds
        self.failed = False  # did the last write fail?

    def on_fit_begin(self, trainer: Training) -> None:
        self.written, self.failed = -1, False

    def on_epoch_end(self, trainer: Training) -> None:
        if trainer.epoch % self.every == 0 or self.failed:
            try:
                self.write(trainer)
            except OSError as error:
                if not self.failed:
                    last = f"that of epoch {self.written}" if self.written >= 0 else "none of this training yet"
                    warnings.warn(
                        f"Checkpoint: epoch {trainer.epoch} could not be written, {error}. The training goes on; the "
                        f"file is {last}; each epoch tries again",
                        stacklevel=2,
                    )
                self.failed = True

    def on_fit_end(self, trainer: Training) -> None:
        if self.written != trainer.epoch:
            self.write(trainer)

    def write(self, trainer: Training) -> None:
        """Write the state of a ``trainer`` at the end of the last completed epoch; of several processes rank 0 does."""
        if getattr(trainer, "primary", True):
            save_state(self.path, trainer.whole_epoch)
        self.written, self.failed = trainer.epoch, False
