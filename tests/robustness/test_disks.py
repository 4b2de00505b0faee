"""A disk that fills while a network trains: the last good checkpoint stays, and the training goes on."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from nn.training import load_state

from .test_states import training
from .test_whole_files import largest_file


def test_a_training_goes_on_while_no_checkpoint_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    trainer, loader = training(path)
    trainer.fit(loader, epochs=2)
    with largest_file(100), pytest.warns(UserWarning, match="epoch 3 could not be written.*larger") as warned:
        with pytest.raises(OSError, match=r"c\.npz"):  # at the end there is no next time
            trainer.fit(loader, epochs=3)
        assert len(warned) == 1
    assert trainer.epoch == 5 and trainer.history.epochs == 5
    assert load_state(path)["epoch"] == 2 and os.listdir(tmp_path) == ["c.npz"]
    trainer.callbacks[-1].write(trainer)  # once there is room
    assert load_state(path)["epoch"] == 5


def test_each_epoch_tries_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.npz"
    trainer, loader = training(path)
    full = [True, True, False, False]
    fsync = os.fsync

    def sometimes(descriptor: int) -> None:
        if not path.exists() and full.pop(0):
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", sometimes)
    with pytest.warns(UserWarning, match="the file is none of this training yet"):
        trainer.fit(loader, epochs=4)
    state = load_state(path)
    assert state["epoch"] == 4
    np.testing.assert_array_equal(state["model"]["0.weight"], trainer.whole_epoch["model"]["0.weight"])
