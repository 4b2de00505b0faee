"""A training in several processes, one of which fails as the first argument says; the second is a checkpoint."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import nn
import optim
from nn import distributed
from nn.files.safetensors_npz import write_npz
from nn.training import Callback, Checkpoint, Trainer, checkpoint

HOW, PATH = sys.argv[1], Path(sys.argv[2])
EPOCHS = 4


class Fault(Callback):
    """What rank 1 does in the second epoch."""

    def on_step_end(self, trainer: Any) -> None:
        if trainer.epoch != 1 or distributed.rank != 1:
            return
        if HOW == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        elif HOW == "raising":
            raise ValueError("rank 1 has had enough")
        elif HOW == "silent":
            os._exit(3)
        elif HOW == "launcher":
            os.kill(int(os.environ["GROUP"]), signal.SIGKILL)
            time.sleep(60)
        elif HOW == "late":
            time.sleep(60)
        elif HOW == "leaving":
            sys.exit()

    def on_epoch_end(self, trainer: Any) -> None:
        if trainer.epoch == 2 and distributed.rank == 1:
            if HOW == "interrupted":
                os.kill(os.getpid(), signal.SIGINT)
            elif HOW == "terminal":
                os.killpg(int(os.environ["GROUP"]), signal.SIGINT)
                time.sleep(0.5)


def killed_while_writing(path: Path, arrays: Any, notes: Any) -> None:
    """Half of a checkpoint, and the end of the process."""
    whole = path.with_name("whole")
    write_npz(whole, arrays, notes)
    path.write_bytes(whole.read_bytes()[:1000])
    os.kill(os.getpid(), signal.SIGKILL)


class Written(Callback):
    """From the third epoch on, rank 0 is killed while it writes."""

    def on_epoch_end(self, trainer: Any) -> None:
        if trainer.epoch == 2:
            checkpoint.write_npz = killed_while_writing  # type: ignore[attr-defined]


distributed.init(timeout=4 if HOW == "late" else 600)
alive = PATH.with_name(f"alive{distributed.rank}").open("w")  # the lock goes when the process does
fcntl.flock(alive, fcntl.LOCK_EX)
nn.seed(1)
rng = np.random.default_rng(0)
x, d = rng.normal(size=(40, 5)).astype(np.float32), rng.integers(0, 3, 40)
model = nn.Sequential(nn.Linear(5, 8), nn.Dropout(0.2), nn.Tanh(), nn.Linear(8, 3))
trainer = Trainer(
    model, nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=0.01), progress=HOW == "shown", distributed=True,
    callbacks=[Checkpoint(PATH), Written() if HOW == "writing" else Fault()],
)  # fmt: skip
few = 20 if HOW == "shorter" and distributed.rank == 1 else 40
loader = nn.DataLoader(x[:few], d[:few], batch_size=9, shuffle=True)
trainer.fit(loader, epochs=EPOCHS, resume=PATH if HOW == "resumed" else None)
if distributed.rank == 0:
    numbers = [float(p.data.astype(float).sum()) for p in model.parameters()]
    print(trainer.epoch, trainer.stopped or "-", *[x.hex() for x in numbers], sep="\n", flush=True)
