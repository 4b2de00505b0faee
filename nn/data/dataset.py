"""Datasets: what has a length and gives sample ``i``.

Convention: anything with ``len(dataset)`` and ``dataset[i]`` is a dataset. One that can do better than sample by
sample has a method ``batch(indices, generator)`` too, which gives the batch of these samples at once and takes
what it draws from the generator; ``draws`` says whether it does draw.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from .. import init
from .collate import collate, frozen


class Dataset(Protocol):
    """What a loader needs: a length, and sample number ``i`` (an array, a number, or a tuple or dict of them)."""

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} does not say how long it is: write __len__(self)")

    def __getitem__(self, i: int, /) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not give its samples: write __getitem__(self, i)")


class ArrayDataset:
    """Arrays of equal length; sample ``i`` is the tuple of their rows ``i``.

    ``transform`` is applied to the first array of each batch (n, ...) (a single sample is a batch of one) and
    gives as many rows. If it has an attribute ``draws`` that is true, as the random ones of ``nn.transforms``, it is
    called with a generator as second argument. A slice or an array of indices gives a batch: ``x, d = dataset[:]``.
    """

    def __init__(self, *arrays: Any, transform: Callable[..., Any] | None = None) -> None:
        self.arrays = tuple(np.asarray(array) for array in arrays)
        if any(array.ndim == 0 for array in self.arrays):
            raise ValueError("ArrayDataset needs arrays whose first axis counts the samples, got a single number")
        lengths = [len(array) for array in self.arrays]
        if not lengths or len(set(lengths)) > 1:
            raise ValueError(f"a dataset needs arrays of equal length, got {', '.join(map(str, lengths)) or 'none'}")
        self.transform = transform

    @property
    def draws(self) -> bool:
        return bool(getattr(self.transform, "draws", False))

    def __len__(self) -> int:
        return len(self.arrays[0])

    def __getitem__(self, i: Any) -> tuple[Any, ...]:
        if isinstance(i, (int, np.integer)):
            return tuple(array[0] for array in self.batch(_inside([i], len(self))))
        return self.batch(np.arange(len(self))[i])

    def batch(self, indices: Any, generator: init.Randomness = None) -> tuple[Any, ...]:
        """The rows of these numbers of all arrays, copied at once."""
        first, *others = (array.take(indices, axis=0) for array in self.arrays)  # 3 times as fast as array[indices]
        if self.transform is not None:
            first = self._transformed(first, generator)
        return frozen(first), *map(frozen, others)

    def _transformed(self, x: Any, generator: init.Randomness) -> Any:
        assert self.transform is not None
        y = np.asarray(self.transform(x, generator) if self.draws else self.transform(x))
        if y.shape[:1] != x.shape[:1]:
            raise ValueError(
                f"transform took {len(x)} samples of shape {x.shape[1:]} and gave an array of shape {y.shape}: "
                "it gets a batch, and its first axis must stay"
            )
        return y


class Subset:
    """The samples of a dataset that have these numbers, in this order."""

    def __init__(self, dataset: Dataset, indices: Any) -> None:
        self.dataset = dataset
        self.indices = _inside(indices, len(dataset))

    @property
    def draws(self) -> bool:
        return bool(getattr(self.dataset, "draws", False))

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, i: int) -> Any:
        return sample(self.dataset, int(self.indices[i]))

    def batch(self, indices: Any, generator: init.Randomness = None) -> Any:
        return fetch(self.dataset, self.indices[indices], generator)


class ConcatDataset:
    """The samples of several datasets, one dataset after the other."""

    def __init__(self, datasets: Sequence[Dataset]) -> None:
        self.datasets = list(datasets)
        self.ends = np.cumsum([len(dataset) for dataset in self.datasets], dtype=np.intp)

    @property
    def draws(self) -> bool:
        return any(getattr(dataset, "draws", False) for dataset in self.datasets)

    def __len__(self) -> int:
        return int(self.ends[-1]) if self.datasets else 0

    def __getitem__(self, i: int) -> Any:
        return self._sample(int(_inside([i], len(self))[0]), None)

    def batch(self, indices: Any, generator: init.Randomness = None) -> Any:
        return collate([self._sample(int(i), generator) for i in indices])

    def _sample(self, i: int, generator: init.Randomness) -> Any:
        which = int(np.searchsorted(self.ends, i, side="right"))
        dataset = self.datasets[which]
        return sample(dataset, i - int(self.ends[which]) + len(dataset), generator)


def random_split(
    dataset: Dataset, lengths: Sequence[int] | Sequence[float], generator: init.Randomness = None
) -> list[Subset]:
    """Divide a dataset at random: each sample goes to exactly one part.

    ``lengths`` are numbers of samples that add up to ``len(dataset)``, or fractions that add up to 1; of what is
    left when the fractions are rounded down, the first parts get one more sample each.
    """
    samples = len(dataset)
    if any(isinstance(length, (float, np.floating)) for length in lengths):
        if not (min(lengths) >= 0 and abs(sum(lengths) - 1) <= 1e-9):
            raise ValueError(f"random_split: fractions are at least 0 and add up to 1, got {list(lengths)}")
        counts = [int(samples * length + 1e-9) for length in lengths]
        for k in range(samples - sum(counts)):
            counts[k % len(counts)] += 1
    else:
        counts = [int(length) for length in lengths]
        if not counts or min(counts) < 0 or sum(counts) != samples:
            raise ValueError(
                f"random_split: lengths {list(lengths)} add up to {sum(counts)}, and the dataset has {samples} samples"
            )
    order = init.generator(generator).permutation(samples)
    return [
        Subset(dataset, order[end - count : end])
        for count, end in zip(counts, itertools.accumulate(counts), strict=True)
    ]


def fetch(dataset: Any, indices: Any, generator: init.Randomness = None) -> Any:
    """The batch of these samples, at once where the dataset knows how to."""
    if hasattr(dataset, "batch"):
        return dataset.batch(indices, generator)
    return collate([sample(dataset, int(i)) for i in indices])


def sample(dataset: Any, i: int, generator: init.Randomness = None) -> Any:
    """Sample ``i``; an error that comes of it tells the number."""
    try:
        if generator is not None and getattr(dataset, "draws", False):
            return _first(dataset.batch(np.array([i]), generator))
        return dataset[i]
    except Exception as error:
        error.add_note(f"while sample {i} of {type(dataset).__name__} was loaded")
        raise


def _first(batch: Any) -> Any:
    """The only sample of a batch of one."""
    if isinstance(batch, dict):
        return {key: _first(part) for key, part in batch.items()}
    return tuple(map(_first, batch)) if isinstance(batch, tuple) else batch[0]


def _inside(indices: Any, samples: int) -> Any:
    """Numbers of samples, counted from the front; an IndexError for one that is not there."""
    numbers = np.asarray(indices)
    if numbers.size == 0:
        return np.empty(0, np.intp)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        raise TypeError(
            f"samples are chosen by a list of integers, got {numbers.dtype} of shape {numbers.shape}; "
            "for a mask write np.flatnonzero(mask)"
        )
    outside = (numbers < -samples) | (numbers >= samples)
    if outside.any():
        raise IndexError(f"there is no sample {numbers[outside][0]}: the dataset has {samples}")
    return np.where(numbers < 0, numbers + samples, numbers).astype(np.intp)
