"""What each process measures: all-reduces of several sizes, or steps of a network. Rank 0 prints them as JSON."""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import nn
import optim
from nn import distributed
from nn.distributed import DataParallel
from nn.distributed.processes import world
from nn.distributed.waiting import wait

SIZES = [2**k for k in range(10, 25, 2)]  # bytes


def networks(name: str) -> tuple[nn.Module, tuple[int, ...]]:
    """A network, and the shape of a sample."""
    nn.seed(0)
    if name == "CNN":
        layers = [
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(576, 10),
        ]  # fmt: skip
        return nn.Sequential(*layers), (1, 28, 28)
    widths = [784, 1024, 1024, 1024, 10]
    layers = [layer for a, b in itertools.pairwise(widths) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers[:-1]), (784,)


def timed(call: Callable[[], Any], repeats: int) -> list[float]:
    """The times of a call, which all processes begin together."""
    call()
    times = []
    for _ in range(repeats):
        distributed.barrier()
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return times


def spread(times: list[float]) -> float:
    """The spread of times, relative to their median, by the quartiles: a few outliers do not make it."""
    low, middle, high = np.percentile(times, [25, 50, 75])
    return float((high - low) / 1.349 / middle)


def reductions(repeats: int) -> list[float]:
    """Seconds of an all-reduce of each of the sizes, as buckets are summed."""
    all_processes = world()

    def one(a: Any) -> None:
        wait(all_processes, [all_processes.gradients.Iallreduce(all_processes.mpi.IN_PLACE, a)], "a bucket")

    arrays = [np.zeros(n // 4, np.float32) for n in SIZES]
    return [float(np.median(timed(partial(one, a), repeats))) for a in arrays]


def steps(name: str, samples: int, repeats: int, overlap: bool, cap: float) -> dict[str, float]:
    """Seconds of a step and of its backward pass, the spread of the former, and the bytes of the gradients."""
    model, shape = networks(name)
    many = DataParallel(model, overlap=overlap, bucket_cap_mb=cap)
    optimizer, loss = optim.SGD(many.parameters(), lr=1e-3), nn.CrossEntropyLoss()
    rng = np.random.default_rng(distributed.rank)
    x, d = rng.normal(size=(samples, *shape)).astype(np.float32), rng.integers(0, 10, samples)
    backward: list[float] = []

    def one() -> None:
        optimizer.zero_grad()
        error = loss(many(x), d)
        start = time.perf_counter()
        error.backward()
        backward.append(time.perf_counter() - start)
        optimizer.step()

    times = timed(one, repeats)
    size = sum(p.data.nbytes for p in many.parameters())
    many.close()
    middle = [float(np.median(seconds)) for seconds in (times, backward)]
    return {"step": middle[0], "backward": middle[1], "spread": spread(times), "bytes": size}


if __name__ == "__main__":
    distributed.init()
    asked = json.loads(sys.argv[1])
    found: Any = reductions(asked["repeats"]) if asked["what"] == "reductions" else steps(**asked["steps"])
    if distributed.rank == 0:
        print(json.dumps(found))
