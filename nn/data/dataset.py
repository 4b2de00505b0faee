"""Datasets: anything with ``len(dataset)`` and ``dataset[i]``.

Convention: a dataset that can do better than sample by sample has a method ``batch(indices, generator)`` too: it gives
the batch of these samples at once, and draws its random numbers from the generator. ``draws`` says whether it draws.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, overload

import numpy as np

from autograd.core import unshared
from autograd.declare import INNER, explained
from autograd.typing import ArrayLike, NDArray

from .. import init
from .collating import collate, finished, rebuilt

__all__ = ["ArrayDataset", "ConcatDataset", "Dataset", "Subset", "random_split"]

Sample = TypeVar("Sample", covariant=True)
Several: TypeAlias = slice | Sequence[int] | NDArray[Any]  # indices of several samples
Change: TypeAlias = Callable[..., ArrayLike]  # a transform: of a batch, or of a batch and a generator


class Dataset(Protocol[Sample]):
    """What a loader needs: a length, and sample ``i`` (an array, a number, or a tuple or dict of these)."""

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} does not say how long it is: write __len__(self)")

    def __getitem__(self, i: int, /) -> Sample:
        raise NotImplementedError(f"{type(self).__name__} does not give its samples: write __getitem__(self, i)")


class ArrayDataset:
    """Arrays of equal length; sample ``i`` is the tuple of their rows ``i``.

    ``arrays``     anything like arrays, (n, ...) each; ValueError is raised for different lengths n, TypeError for
                   arrays of mixed objects
    ``transform``  a function of a batch of the first array, which gives as many rows; one whose attribute ``draws`` is
                   true, such as the random ones of ``nn.transforms``, gets a generator as second argument; one that has
                   a method ``batch`` is called by it

    A slice or an array of indices gives a batch: ``x, d = dataset[:]``. One sample is transformed as a batch of one.
    """

    def __init__(self, *arrays: ArrayLike, transform: Change | None = None) -> None:
        self.arrays = tuple(_array(f"array {k} of ArrayDataset", array) for k, array in enumerate(arrays))
        if any(array.ndim == 0 for array in self.arrays):
            raise ValueError("ArrayDataset needs arrays whose first axis counts the samples, got a single number")
        for k, array in enumerate(self.arrays):
            kinds = {type(thing).__name__ for thing in array.flat} if array.dtype == object else set()
            if len(kinds) > 1:
                advice = "for a missing number write np.nan; samples of several kinds are a list, one after the other"
                raise TypeError(f"array {k} of ArrayDataset holds {' and '.join(sorted(kinds))}: {advice}")
        lengths = [len(array) for array in self.arrays]
        if not lengths or len(set(lengths)) > 1:
            raise ValueError(f"a dataset needs arrays of equal length, got {', '.join(map(str, lengths)) or 'none'}")
        if not (transform is None or callable(transform)):
            raise TypeError(f"ArrayDataset: transform is a function of a batch, got {transform!r}")
        self.transform = transform

    @property
    def draws(self) -> bool:
        """Does its transform draw random numbers?"""
        return draws(self.transform)

    def __len__(self) -> int:
        return len(self.arrays[0])

    def __getitem__(self, i: int | Several) -> tuple[Any, ...]:
        if isinstance(i, (int, np.integer)):
            return tuple(array[0] for array in self.batch(_from_front([i], len(self))))
        return self.batch(_rows(len(self), i))

    def batch(self, indices: NDArray[Any], generator: init.Randomness = None) -> tuple[NDArray[Any], ...]:
        """The rows ``indices`` of all arrays, as read-only copies; the transform may draw from the ``generator``."""
        x, *others = (array.take(indices, axis=0) for array in self.arrays)  # 3 times as fast as array[indices]
        y = x
        if self.transform is not None:
            y = unshared([np.asarray(change_batch(self.transform, x, generator))])
            if y.shape[:1] != x.shape[:1]:
                did = f"took {len(x)} samples of shape {x.shape[1:]} and gave an array of shape {y.shape}"
                raise ValueError(f"transform {did}: it gets a batch, and its first axis must keep its length")
        return finished(y), *map(finished, others)


class Subset(Generic[Sample]):
    """Some samples of a dataset.

    ``dataset``  has ``len(dataset)`` and ``dataset[i]``
    ``indices``  of the samples, in order: integers, else TypeError is raised, within the dataset, else IndexError;
                 negative ones count from the end

    A slice or an array of indices gives a batch, ``subset[:2]``, as of arrays.
    """

    def __init__(self, dataset: Dataset[Sample], indices: ArrayLike) -> None:
        self.dataset = dataset
        self.indices = _from_front(indices, len(dataset))

    @property
    def draws(self) -> bool:
        """Does its dataset draw random numbers?"""
        return draws(self.dataset)

    def __len__(self) -> int:
        return len(self.indices)

    @overload
    def __getitem__(self, i: int) -> Sample: ...
    @overload
    def __getitem__(self, i: Several) -> Any: ...
    def __getitem__(self, i: int | Several) -> Any:
        if isinstance(i, (int, np.integer)):
            return load_sample(self.dataset, int(self.indices[i]))
        return self.batch(_rows(len(self), i))

    def batch(self, indices: NDArray[Any], generator: init.Randomness = None) -> Any:
        """The batch of the samples ``indices``, which may draw from the ``generator``."""
        return load_batch(self.dataset, self.indices[indices], generator)


class ConcatDataset(Generic[Sample]):
    """The samples of several datasets, one dataset after the other; a slice or an array of indices gives a batch.

    ``datasets``  a list; each has ``len(dataset)`` and ``dataset[i]``
    """

    def __init__(self, datasets: Sequence[Dataset[Sample]]) -> None:
        self.datasets = list(datasets)
        self.ends = np.cumsum([len(dataset) for dataset in self.datasets], dtype=np.intp)

    @property
    def draws(self) -> bool:
        """Does one of its datasets draw random numbers?"""
        return any(map(draws, self.datasets))

    def __len__(self) -> int:
        return int(self.ends[-1]) if self.datasets else 0

    @overload
    def __getitem__(self, i: int) -> Sample: ...
    @overload
    def __getitem__(self, i: Several) -> Any: ...
    def __getitem__(self, i: int | Several) -> Any:
        if isinstance(i, (int, np.integer)):
            return self._sample(int(_from_front([i], len(self))[0]), None)
        return self.batch(_rows(len(self), i))

    def batch(self, indices: NDArray[Any], generator: init.Randomness = None) -> Any:
        """The batch of the samples ``indices``, which may draw from the ``generator``."""
        return collate([self._sample(int(i), generator) for i in indices])

    def _sample(self, i: int, generator: init.Randomness) -> Sample:
        which = int(np.searchsorted(self.ends, i, side="right"))
        dataset = self.datasets[which]
        return load_sample(dataset, i - int(self.ends[which]) + len(dataset), generator)


def random_split(
    dataset: Dataset[Sample], lengths: Sequence[int] | Sequence[float], generator: init.Randomness = None
) -> list[Subset[Sample]]:
    """Divide a dataset at random into parts: each sample goes to exactly one.

    ``dataset``    has ``len(dataset)`` and ``dataset[i]``
    ``lengths``    numbers of samples that add up to ``len(dataset)``, or fractions that add up to 1, else ValueError is
                   raised; fractions are rounded down, and the first parts get one more sample each until none is left
    ``generator``  a generator, a seed, or None for the default generator of ``nn.seed``

    What is no list of numbers raises TypeError.
    """
    samples = len(dataset)
    several = isinstance(lengths, list | tuple) or np.ndim(lengths) == 1
    if not several or not all(map(_is_length, lengths)):
        raise TypeError(
            f"random_split: lengths are a list of numbers or fractions, such as [0.8, 0.2], got {lengths!r}"
        )
    if any(isinstance(length, (float, np.floating)) for length in lengths):
        if not (min(lengths) >= 0 and abs(sum(lengths) - 1) <= 1e-9):
            raise ValueError(f"random_split: fractions are at least 0 and add up to 1, got {list(lengths)}")
        counts = [int(samples * length + 1e-9) for length in lengths]
        for k in range(samples - sum(counts)):
            counts[k % len(counts)] += 1
    else:
        counts = [int(length) for length in lengths]
        if not counts or min(counts) < 0 or sum(counts) != samples:
            given = f"lengths {list(lengths)} add up to {sum(counts)}"
            raise ValueError(f"random_split: {given}, and the dataset has {samples} samples")
    order = init.generator(generator).permutation(samples)
    return [Subset(dataset, part) for part in np.split(order, np.cumsum(counts)[:-1])]


def _is_length(n: object) -> bool:
    """Is it a number? NumPy counts durations among them."""
    return isinstance(n, int | float | np.number) and not isinstance(n, np.timedelta64)


def draws(thing: object) -> bool:
    """Does this dataset or transform draw random numbers, and so take a generator?"""
    return bool(getattr(thing, "draws", False))


def may_draw(thing: object) -> bool:
    """Might this dataset or transform draw random numbers? Not if its code is known, or if its ``draws`` is False."""
    if type(thing) is ArrayDataset:
        return may_draw(thing.transform)
    if type(thing) is Subset:
        return may_draw(thing.dataset)
    if type(thing) is ConcatDataset:
        return any(map(may_draw, thing.datasets))
    return bool(getattr(thing, "draws", type(thing) not in NEVER_DRAW))


NEVER_DRAW = (type(None), list, tuple, np.ndarray, np.ufunc)


def change_batch(transform: Change, x: Any, generator: init.Randomness = None) -> Any:
    """The transformed batch: by the transform's method ``batch``, if it has one, so that it need not guess."""
    change = getattr(transform, "batch", transform)
    return change(x, generator) if draws(transform) else change(x)


def load_batch(dataset: Any, indices: NDArray[Any], generator: init.Randomness = None) -> Any:
    """The batch of these samples: at once if the dataset has ``batch``, else collated."""
    if hasattr(dataset, "batch"):
        return dataset.batch(indices, generator)
    return collate([load_sample(dataset, int(i)) for i in indices])


def load_sample(dataset: Any, i: int, generator: init.Randomness = None) -> Any:
    """Sample ``i``; an error that it raises gets a note with its number."""
    try:
        if generator is not None and draws(dataset):
            return _only(dataset.batch(np.array([i]), generator))
        return dataset[i]
    except Exception as error:
        error.add_note(f"while sample {i} of {type(dataset).__name__} was loaded")
        raise


def _only(batch: Any) -> Any:
    """The only sample of a batch of one."""
    if isinstance(batch, dict):
        return {key: _only(part) for key, part in batch.items()}
    return rebuilt(batch, map(_only, batch)) if isinstance(batch, tuple) else batch[0]


def _array(name: str, given: ArrayLike) -> NDArray[Any]:
    """What was given as an array."""
    try:
        return np.asarray(given)
    except INNER as error:
        raise explained(error, name, [("it", given)]) from None


def _rows(samples: int, i: Any) -> NDArray[np.intp]:
    """The numbers of the samples that a slice or an array of indices selects."""
    try:
        return np.arange(samples)[i]
    except INNER as error:
        raise explained(
            error, f"samples are selected from {samples} by integers, slices and masks", [("i", i)]
        ) from None


def _from_front(indices: ArrayLike, samples: int) -> NDArray[np.intp]:
    """Indices of samples, negative ones replaced by those from the front; an IndexError for one out of range."""
    numbers = _array("the list of samples", indices)
    if numbers.size == 0:
        return np.empty(0, np.intp)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        given = f"{numbers.dtype} of shape {numbers.shape}; for a mask write np.flatnonzero(mask)"
        raise TypeError(f"samples are selected by a list of integers, got {given}")
    outside = (numbers < -samples) | (numbers >= samples)
    if outside.any():
        raise IndexError(f"there is no sample {numbers[outside][0]}: the dataset has {samples}")
    return np.where(numbers < 0, numbers + samples, numbers).astype(np.intp)
