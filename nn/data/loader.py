"""Batches of samples.

Convention: whatever an epoch draws is drawn from the generator when it begins: the order of the samples, and one
seed for the transforms of all its batches. So the batches depend neither on threads nor on where a loop was left.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .. import init
from .dataset import ArrayDataset, Subset, fetch, sample
from .prefetch import ahead


class DataLoader:
    """Goes through a dataset in batches: each iteration is an epoch and gives every sample once.

    ``DataLoader(dataset, 64, True)`` or ``DataLoader(dataset, batch_size=64, shuffle=True)``, as in PyTorch. Arrays of
    equal length are a dataset too: ``DataLoader(x, d, batch_size=64)`` gives batches ``(x[i], d[i])``, read-only.

    ``shuffle`` takes a new order for each epoch from ``generator``. The last batch may be smaller; ``drop_last`` leaves
    it out (and with it, in this epoch, its samples). ``collate`` makes a batch of a list of samples in its own way.
    ``prefetch`` batches are made ahead on a thread; 0 makes each when it is asked for, and arrays without a transform,
    whose batches take less time than the hand-over, are always read so.
    """

    def __init__(
        self,
        dataset: Any,
        *more: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        generator: init.Randomness = None,
        collate: Callable[[list[Any]], Any] | None = None,
        prefetch: int = 1,
    ) -> None:
        arrays = list(itertools.takewhile(lambda thing: not isinstance(thing, (int, np.integer)), more))
        numbers = more[len(arrays) :]
        if len(numbers) > 2 or not all(isinstance(number, (int, np.integer)) for number in numbers):
            raise TypeError("DataLoader takes batch_size and shuffle by position, the others by their names")
        chosen: Any = (*numbers, *(batch_size, shuffle)[len(numbers) :])
        batch_size, shuffle = chosen
        if arrays or hasattr(dataset, "__array__"):
            dataset = ArrayDataset(dataset, *arrays)
        if isinstance(dataset, tuple):
            raise TypeError(
                f"DataLoader got a tuple of {len(dataset)} things as its dataset: give one of a split, as split.train, "
                "or arrays one after the other, DataLoader(x, d), or a list of samples"
            )
        if not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
            raise TypeError(f"DataLoader needs a dataset with len() and [i], got {type(dataset).__name__}")
        if batch_size < 1 or batch_size != int(batch_size):
            raise ValueError(f"DataLoader: batch_size is a whole number, at least 1, got {batch_size}")
        if prefetch < 0:
            raise ValueError(f"DataLoader: prefetch is a number of batches, 0 for none, got {prefetch}")
        self.dataset = dataset
        self.batch_size = int(batch_size)
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.collate = collate
        self.prefetch = prefetch
        self._generator = None if generator is None else init.generator(generator)

    @property
    def generator(self) -> np.random.Generator:
        """What the epochs are drawn from: the one that was given, or the default one of this moment."""
        return init.generator(self._generator)

    def state_dict(self) -> dict[str, Any]:
        """Where the generator stands: before an epoch, all that this epoch and the later ones depend on."""
        return {"generator": self.generator.bit_generator.state}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Put the generator where it stood."""
        self.generator.bit_generator.state = state["generator"]

    def __len__(self) -> int:
        """The number of batches."""
        samples = len(self.dataset)
        return samples // self.batch_size if self.drop_last else -(-samples // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        samples = len(self.dataset)
        order = self.generator.permutation(samples) if self.shuffle else np.arange(samples)
        draws = getattr(self.dataset, "draws", False)
        seed = int(self.generator.integers(2**63)) if draws else None
        chosen = [order[k * self.batch_size : (k + 1) * self.batch_size] for k in range(len(self))]
        batches = self._batches(chosen, seed)
        quick = self.collate is None and _plain(self.dataset)
        return ahead(batches, self.prefetch) if self.prefetch and not quick else batches

    def _batches(self, chosen: list[Any], seed: int | None) -> Iterator[Any]:
        for k, indices in enumerate(chosen):
            # A generator for each batch: batch k is the same whatever was drawn for the others.
            rng = None if seed is None else np.random.default_rng([seed, k])
            try:
                if self.collate is None:
                    batch = fetch(self.dataset, indices, rng)
                else:
                    batch = self.collate([sample(self.dataset, int(i), rng) for i in indices])
            except Exception as error:
                error.add_note(f"in batch {k} of {len(chosen)}: samples {_few(indices)}")
                raise
            yield batch


def _plain(dataset: Any) -> bool:
    """Whether these are rows of arrays and nothing more."""
    if type(dataset) is Subset:
        return _plain(dataset.dataset)
    return type(dataset) is ArrayDataset and dataset.transform is None


def _few(indices: Any) -> str:
    shown = ", ".join(map(str, indices[:8]))
    return shown if len(indices) <= 8 else f"{shown}, ... ({len(indices)})"
