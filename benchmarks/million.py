"""A chain of a million operations: time, memory per node, and memory left over."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor, Value

from .measure import Fact


def record(start: Callable[[], Any], count: int) -> tuple[Any, Any]:
    """The first and the last node of a chain of ``count`` operations."""
    x = start()
    y = x
    for _ in range(count // 2):
        y = y * 0.999 + x
    return x, y


def chain(start: Callable[[], Any], quick: bool) -> str:
    """Record, sweep and free a chain without the garbage collector; then measure its memory under tracemalloc."""
    count = 20_000 if quick else 1_000_000
    gc.collect()
    gc.disable()
    try:
        begin = time.perf_counter()
        x, y = record(start, count)
        recorded = time.perf_counter()
        y.backward()
        swept = time.perf_counter()
        del x, y
        freed = time.perf_counter()
        tracemalloc.start()
        sizes = []
        for length in (10_000, count):  # a short one first, to fill the caches of NumPy and Python
            x, y = record(start, length)
            sizes.append(tracemalloc.get_traced_memory()[0])
            y.backward()
            del x, y
            sizes.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        size, left = sizes[2] - sizes[1], sizes[3] - sizes[1]
        cycles = gc.collect()
    finally:
        gc.enable()
    return (
        f"{count:,} nodes: recorded {recorded - begin:.2f} s, swept {swept - recorded:.2f} s, "
        f"freed {freed - swept:.2f} s; {size / count:.0f} bytes per node; "
        f"left over: {left:,} bytes, {cycles} objects in cycles"
    )


FACTS = [
    Fact("a million Values", partial(chain, lambda: Value(1.0))),
    Fact("a million tensors", partial(chain, lambda: Tensor(np.ones(1), requires_grad=True))),
]
