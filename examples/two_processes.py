"""``make distributed-demo``: the network for pictures of clothes in one process and in two, with the same batches.

``python examples/two_processes.py -n 2`` trains it in one process, then in two, each with one thread, and draws the
loss curves, which lie on each other. One such training, the same program in every process, is
``python -m nn.distributed -n 2 examples/two_processes.py --train out/curve.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import nn
import optim
from nn import distributed
from nn.datasets import fashion_mnist
from nn.files import write
from nn.training import Callback, Trainer

BATCH, SEED = 128, 0


class Curve(Callback):
    """The loss of each step over all processes, and the seconds that steps took after the first ten."""

    def __init__(self, model: Any, loss: Any, x: Any, d: Any) -> None:
        self.model, self.loss, self.x, self.d = model, loss, x, d
        self.losses: list[float] = []
        self.seconds: list[float] = []
        self.last = time.perf_counter()

    def on_step_end(self, trainer: Any) -> None:
        self.seconds.append(time.perf_counter() - self.last)
        self.losses.append(float(self.loss(self.model(self.x), self.d).item()))
        self.last = time.perf_counter()


def network() -> nn.Sequential:
    """Three convolutions and ten scores. No dropout: processes draw differently, and the curves are to be the same."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 3 * 3, 10),
    )  # fmt: skip


def train(path: Path, epochs: int) -> None:
    """What every process does."""
    distributed.init()
    nn.seed(SEED)
    data = fashion_mnist()
    x, d = data.train[:]
    x = (x - x.mean()) / x.std()
    model, loss = network(), nn.CrossEntropyLoss()
    curve = Curve(model, loss, x[:64], d[:64])
    trainer = Trainer(
        model, loss, optim.AdamW(model.parameters(), lr=2e-3), metrics=[nn.metrics.accuracy], callbacks=[curve],
        distributed=True,
    )  # fmt: skip
    loader = nn.DataLoader(x, d, batch_size=BATCH, shuffle=True, generator=SEED)
    trainer.fit(loader, epochs=epochs)
    if trainer.primary:
        step = float(np.median(curve.seconds[10:]))
        told = {"processes": distributed.world_size, "losses": curve.losses, "images per second": BATCH / step}
        write(path, lambda temporary: temporary.write_text(json.dumps(told), encoding="utf-8"))


def compare(processes: int, epochs: int, out: Path) -> None:
    """Train in one process and in several; draw both curves."""
    out.mkdir(parents=True, exist_ok=True)
    results = []
    for n in (1, processes):
        path = out / f"processes-{n}.json"
        print(f"{n} process{'es' if n > 1 else ''}:", flush=True)
        command = [sys.executable, "-m", "nn.distributed", "-n", str(n), __file__]
        environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        subprocess.run([*command, "--train", str(path), "--epochs", str(epochs)], check=True, env=environment)
        results.append(json.loads(path.read_text(encoding="utf-8")))
    one, many = results
    apart = float(np.max(np.abs(np.subtract(one["losses"], many["losses"]))))
    speeds = [result["images per second"] for result in results]
    print(f"largest difference of the losses: {apart:.1e}, of {max(one['losses']):.2f}")
    print(f"images a second: {speeds[0]:,.0f} in one process, {speeds[1]:,.0f} in {processes}: "
          f"{speeds[1] / speeds[0]:.2f} times as many")  # fmt: skip
    print(f"curves: {picture(results, out / 'loss-curves.png')}")


def picture(results: list[dict[str, Any]], path: Path) -> Path:
    """The loss curves, one above the other."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot(xlabel=f"step, of {BATCH} images", ylabel="cross-entropy")
    for result, style in zip(results, ({"lw": 4, "alpha": 0.4}, {"lw": 1, "color": "black"}), strict=True):
        axes.plot(result["losses"], label=f"{result['processes']} process(es)", **style)
    axes.legend()
    return write(path, partial(figure.savefig, format="png", dpi=120))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-n", "--processes", type=int, default=2, help="processes to compare with one: 2")
    parser.add_argument("--epochs", type=int, default=2, help="passes over the 8,000 pictures: 2")
    parser.add_argument("--out", type=Path, default=Path("out/distributed"), help="the folder for the results")
    parser.add_argument("--train", type=Path, help="be one process of a training, and write its curve to this file")
    options = parser.parse_args()
    if options.train is not None:
        train(options.train, options.epochs)
    else:
        compare(options.processes, options.epochs, options.out)


if __name__ == "__main__":
    main()
