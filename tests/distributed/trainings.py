"""The trainer: its numbers are those of one process."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import nn
import optim
from nn import distributed
from nn.distributed import DataParallel, SyncBatchNorm
from nn.training import Checkpoint, Trainer

from .cases import CASES, RANK, SIZE, case, data, network, same

LOSSES: dict[str, Any] = {
    "means": nn.CrossEntropyLoss(),
    "weighted": nn.CrossEntropyLoss(weight=np.array([1.0, 2.0, 0.5, 1.0])),
    "ignoring": nn.CrossEntropyLoss(ignore_index=0),
    "sums": nn.CrossEntropyLoss(reduction="sum"),
    "own sum": lambda y, d: ((y - np.eye(4)[d]) ** 2).sum(),
    "own mean": lambda y, d: ((y - np.eye(4)[d]) ** 2).mean(),
}


def trained(together: bool, loss: Any, epochs: int = 2, resume: str | None = None, **given: Any) -> tuple[Any, Any]:
    """A training: its trainer, and what it gave, as arrays."""
    x, d = data()
    options = {"norm": None, "sharded": False, "saved": None, "size": 10} | given
    trains = {k: v for k, v in options.items() if k not in ("norm", "sharded", "saved", "size")}
    norm = options["norm"]
    model: Any = network(norm)
    if norm and together:
        SyncBatchNorm.convert_sync_batchnorm(model)
    shared: Any = DataParallel(model, shard_optimizer=True) if options["sharded"] and together else model
    train = nn.DataLoader(x, d, batch_size=options["size"], shuffle=True, generator=3)
    validation = nn.DataLoader(x[:13], d[:13], batch_size=5)
    trainer = Trainer(
        shared, loss, optim.Adam(model.parameters(), lr=0.01), metrics=[nn.metrics.accuracy], progress=False,
        distributed=together, doctor=False, callbacks=[Checkpoint(options["saved"])] if options["saved"] else [],
        **trains,
    )  # fmt: skip
    history = trainer.fit(train, validation, epochs=epochs, resume=resume)
    rows = [[v for name, v in history.row(k).items() if name != "seconds"] for k in range(trainer.epoch)]
    result = [*rows, *[p.data for p in model.parameters()], *[b.data for b in model.buffers()]]
    result.append(trainer.predict(validation))
    if shared is not model:
        shared.close()
    return trainer, result


def trainings(loss: Any, **options: Any) -> None:
    _, alone = trained(False, loss, **options)
    _, together = trained(True, loss, **options)
    for k, (one, other) in enumerate(zip(alone, together, strict=True)):
        same(one, other, f"result {k}")


for _name, _loss in LOSSES.items():
    CASES[f"trainer: {_name}"] = lambda loss=_loss: trainings(loss)  # type: ignore[misc]
    CASES[f"trainer: {_name}, accumulated"] = lambda loss=_loss: trainings(loss, accumulate=2)  # type: ignore[misc]
CASES["trainer: clipped"] = lambda: trainings(LOSSES["means"], clip=0.05)
CASES["trainer: sharded"] = lambda: trainings(LOSSES["means"], clip=0.05, sharded=True)
CASES["trainer: small batches"] = lambda: trainings(LOSSES["means"], size=2, accumulate=3)
CASES["trainer: norms"] = lambda: trainings(LOSSES["means"], norm=nn.BatchNorm1d, size=9)


@case
def resumed() -> None:
    """A sharded training that was cut in two ends as if it had not been; one process can resume it, too."""
    with tempfile.TemporaryDirectory() as folder:
        path = distributed.processes.world().sums.bcast(str(Path(folder) / "saved.npz"))
        _, whole = trained(True, LOSSES["means"], 3, sharded=True)
        trained(True, LOSSES["means"], 1, sharded=True, saved=path)
        distributed.barrier()
        _, rest = trained(True, LOSSES["means"], 3, resume=path, sharded=True)
        _, alone = trained(False, LOSSES["means"], 3, resume=path)
        for one, other, third in zip(whole, rest, alone, strict=True):
            same(one, other, "resumed")
            same(one, third, "resumed alone")
        distributed.barrier()


@case
def streams() -> None:
    """Dropout draws differ between processes, and are all rank 0's again at the end of an epoch."""
    nn.seed(3)
    drawn: list[float] = []

    class Noise(nn.Module):
        def __init__(self) -> None:
            self.layer, self.rng = nn.Linear(6, 4, dtype=np.float64), np.random.default_rng(5)

        def forward(self, x: Any) -> Any:
            if self.training:
                drawn.append(self.rng.random())
            return self.layer(x)

    model = nn.Sequential(Noise(), nn.BatchNorm1d(4, dtype=np.float64))
    x, d = data(48)
    with tempfile.TemporaryDirectory() as folder:  # one for each process
        trainer = Trainer(
            model, LOSSES["means"], optim.SGD(model.parameters(), lr=0.1), progress=False, distributed=True,
            callbacks=[Checkpoint(Path(folder) / "saved.npz")],
        )  # fmt: skip
        trainer.fit(nn.DataLoader(x, d, batch_size=8, shuffle=True), epochs=2)
        assert len(list(Path(folder).iterdir())) == (RANK == 0)
    every = distributed.all_gather(np.array([drawn])).data
    assert len(np.unique(every)) == every.size
    states = distributed.all_gather(np.array([[model[0].rng.random(), *model[1].running_mean.data]])).data
    assert len(np.unique(states, axis=0)) == 1


@case
def unseeded() -> None:
    """Processes whose generators differ agree on the order of the samples: each is seen once."""
    nn.seed(RANK)
    seen: list[Any] = []
    model = nn.Linear(47, 4, dtype=np.float64)

    def watched(x: Any) -> Any:
        seen.append(x.argmax(1))
        return model(x)

    trainer = Trainer(
        nn.Sequential(watched), LOSSES["means"], optim.SGD(model.parameters(), lr=0.1), progress=False,
        distributed=True, doctor=False,
    )  # fmt: skip
    trainer.fit(nn.DataLoader(np.eye(47), data()[1], batch_size=10, shuffle=True))
    same(np.arange(47), np.sort(distributed.all_gather(np.concatenate(seen)).data), "the samples")


@case
def odd_batches() -> None:
    """What is no array in a batch all processes get as it is."""
    x, d = data(2 * SIZE + 3)  # the last batch is one sample

    def end(together: bool, loader: Any) -> list[Any]:
        model = network()
        scaled = nn.Module()
        scaled.model = model
        scaled.forward = lambda x, scale, name: model(x) * scale
        optimizer = optim.SGD(model.parameters(), lr=0.1)
        trainer = Trainer(scaled, LOSSES["means"], optimizer, progress=False, distributed=together, doctor=False)
        trainer.fit(loader)
        return [p.data for p in model.parameters()]

    def collate(samples: list[Any]) -> Any:
        return np.stack([x for x, _ in samples]), 2.0, "name", np.array([d for _, d in samples])

    pairs = nn.DataLoader(list(zip(x, d, strict=True)), batch_size=SIZE + 1, collate=collate)
    for loader in (pairs, [(x[:5], 2.0, None, d[:5]), (x[5:6], 2.0, None, d[5:6])]):
        for one, other in zip(end(False, loader), end(True, loader), strict=True):
            same(one, other, "a parameter")


@case
def unfrozen() -> None:
    """A callback unfreezes a layer between two epochs."""

    class Unfreeze(nn.training.Callback):
        def on_epoch_end(self, trainer: Any) -> None:
            if trainer.epoch == 1:
                trainer.model[0].bias.requires_grad_(True)
                trainer.optimizer.add_param_group({"params": [trainer.model[0].bias]})

    def end(together: bool) -> list[Any]:
        model = network(frozen=True)
        optimizer = optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
        trainer = Trainer(
            model, LOSSES["means"], optimizer, progress=False, distributed=together, doctor=False,
            callbacks=[Unfreeze()],
        )  # fmt: skip
        trainer.fit(nn.DataLoader(*data(), batch_size=9), epochs=2)
        return [p.data for p in model.parameters()]

    for one, other in zip(end(False), end(True), strict=True):
        same(one, other, "a parameter")
