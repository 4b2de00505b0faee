"""Checkpoint files: nested state is loaded as it was saved, and the last good file survives a crash."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from nn.training import CheckpointError, load_state, save_state

ROOT = Path(__file__).parents[2]

STATE: dict[str, Any] = {
    "numbers": [1, 2.5, True, None, "text", -math.inf, 2**100],
    "tuple": (0.9, (1, [2])),
    "arrays": {"a": np.arange(6, dtype=np.float32).reshape(2, 3), 0: np.asfortranarray(np.ones((2, 3)))},
    "scalars": [np.float32(0.1), np.int64(3)],
    "a/b": np.zeros(2),
    "a": {"b": np.ones(2)},
    "file": np.zeros((0, 3)),
    "json": {},
}


def test_nested_state_is_loaded_as_it_was_saved(tmp_path: Path) -> None:
    back = load_state(save_state(tmp_path / "new" / "c.npz", STATE))

    def same(a: Any, b: Any) -> None:
        assert type(a) is type(b)
        if isinstance(a, dict):
            assert list(a) == list(b)
            for key in a:
                same(a[key], b[key])
        elif isinstance(a, list | tuple):
            assert len(a) == len(b)
            for x, y in zip(a, b, strict=True):
                same(x, y)
        elif isinstance(a, np.ndarray):
            assert a.dtype == b.dtype and a.flags.f_contiguous == b.flags.f_contiguous
            np.testing.assert_array_equal(a, b)
        else:
            assert a == b

    same(STATE, back)


def test_nan_and_tensors_are_saved(tmp_path: Path) -> None:
    assert math.isnan(load_state(save_state(tmp_path / "d.npz", [math.nan]))[0])
    np.testing.assert_array_equal(load_state(save_state(tmp_path / "t", {"t": Tensor([1.0])}))["t"], [1.0])


UNFIT: dict[str, tuple[Any, str]] = {
    "function": ({"a": {"f": len}}, "a builtin_function_or_method, at state/a/f"),
    "text array": ({"a": [np.array(["x"])]}, "arrays of numbers, not of <U1, at state/a/0"),
    "tuple as key": ({(1, 2): 3}, r"keys, not \(1, 2\), at state"),
}


@pytest.mark.parametrize(("state", "says"), UNFIT.values(), ids=UNFIT)
def test_what_a_checkpoint_cannot_hold_is_refused_and_leaves_the_old_file(
    state: Any, says: str, tmp_path: Path
) -> None:
    path = save_state(tmp_path / "c.npz", {"old": 1})
    with pytest.raises(TypeError, match=says):
        save_state(path, state)
    assert load_state(path) == {"old": 1}


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    whole = save_state(tmp_path / "c.npz", STATE).read_bytes()
    path = tmp_path / "bad.npz"
    flipped = bytearray(whole)
    flipped[whole.index(b"\x00\x00\x80?") + 2] ^= 1  # 1.0 among the numbers of an array
    for content in (b"", b"hello", whole[:-1], whole[: len(whole) // 2], whole[100:], bytes(flipped)):
        path.write_bytes(content)
        with pytest.raises(CheckpointError, match=r"bad\.npz"):
            load_state(path)


def test_foreign_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.npz"
    np.savez(path, a=np.ones(3))
    with pytest.raises(CheckpointError, match="not written as a checkpoint"):
        load_state(path)
    np.savez(path, json=np.frombuffer(b'{"format": "chalkgrad checkpoint 9", "state": 1}', np.uint8))
    with pytest.raises(CheckpointError, match="checkpoint 9"):
        load_state(path)
    np.save(tmp_path / "one.npy", np.ones(3))
    with pytest.raises(CheckpointError, match=r"one\.npy"):
        load_state(tmp_path / "one.npy")
    np.savez(path, a=np.array([object()]))
    with pytest.raises(CheckpointError, match=r"bad\.npz"):
        load_state(path)


def test_a_missing_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="without resume= first"):
        load_state(tmp_path / "none.npz")


# A training as a program of its own. "kill 3" ends it with SIGKILL when half of its third checkpoint is written.
PROGRAM = """
import os, signal, sys
import numpy as np
import nn, optim
from nn.training import Checkpoint, EarlyStopping, Trainer

path, how, end = sys.argv[1], sys.argv[2], sys.argv[3]
nn.seed(7)
rng = np.random.default_rng(0)
x = rng.normal(size=(64, 4)).astype(np.float32)
d = (x[:, 0] * x[:, 1] > 0).astype(int)
model = nn.Sequential(nn.Linear(4, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 2))
adam = optim.Adam(model.parameters(), lr=0.02)
loader = nn.DataLoader(x, d, batch_size=8, shuffle=True)
trainer = Trainer(
    model, nn.CrossEntropyLoss(), adam, schedule=optim.CosineAnnealingLR(adam, 6), progress=False,
    callbacks=[Checkpoint(path), EarlyStopping("loss", patience=100)],
)
if how.startswith("kill"):
    write, count = nn.training.checkpoint.write_npz, 0

    def write_and_die(path, *content):
        global count
        count += 1
        write(path, *content)
        if count == int(how[4:]):
            with open(path, "r+b") as file:
                file.truncate(path.stat().st_size // 2)
                os.fsync(file.fileno())
            os.kill(os.getpid(), signal.SIGKILL)

    nn.training.checkpoint.write_npz = write_and_die
trainer.fit(loader, (x, d), epochs=6, resume=path if how == "resume" else None)
nn.save(model, end)
"""


def run(*arguments: object) -> int:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", PROGRAM, *map(str, arguments)], env=environment).returncode


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_training_killed_during_a_checkpoint_resumes_from_the_last_good_one(tmp_path: Path) -> None:
    path, killed, whole = tmp_path / "c.npz", tmp_path / "killed.npz", tmp_path / "whole.npz"
    assert run(tmp_path / "other.npz", "straight", whole) == 0
    assert run(path, "kill 3", killed) == -signal.SIGKILL
    assert not killed.exists()
    assert len(list(tmp_path.glob(".*c.npz"))) == 1  # half of the third, under its temporary name
    assert load_state(path)["epoch"] == 2
    assert run(path, "resume", killed) == 0
    with np.load(killed) as a, np.load(whole) as b:
        assert a.files == b.files and len(a.files) == 9
        for name in a.files:
            assert a[name].tobytes() == b[name].tobytes(), name
