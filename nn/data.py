"""Batches of samples.

Convention: data are arrays whose first axis counts samples; a batch is a tuple of arrays, read-only, so
that an operation that keeps one for the backward pass need not copy it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from . import init


class DataLoader:
    """Goes through arrays of equal length in batches: each iteration is an epoch and gives every sample once.

    ``DataLoader(x, t, batch_size=64, shuffle=True, generator=0)`` gives batches ``(x[i], t[i])``. ``shuffle`` takes a
    new order for each epoch from ``generator``. The last batch may be smaller; ``drop_last`` leaves it out (and
    with it, in this epoch, its samples).
    """

    def __init__(
        self,
        *arrays: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        generator: init.Randomness = None,
    ) -> None:
        lengths = [len(array) for array in arrays]
        if not arrays or len(set(lengths)) > 1:
            raise ValueError(f"DataLoader needs arrays of equal length, got {', '.join(map(str, lengths)) or 'none'}")
        if batch_size < 1:
            raise ValueError(f"DataLoader: batch_size must be at least 1, got {batch_size}")
        self.arrays = [np.asarray(array) for array in arrays]
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.generator = init.generator(generator)

    def __len__(self) -> int:
        """The number of batches."""
        samples = len(self.arrays[0])
        return samples // self.batch_size if self.drop_last else -(-samples // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        samples = len(self.arrays[0])
        order = self.generator.permutation(samples) if self.shuffle else np.arange(samples)
        for k in range(len(self)):
            chosen = order[k * self.batch_size : (k + 1) * self.batch_size]
            batch = tuple(array[chosen] for array in self.arrays)
            for array in batch:
                array.setflags(write=False)
            yield batch
