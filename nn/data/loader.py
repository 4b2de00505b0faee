"""DataLoader: the samples of a dataset in batches, shuffled or in order.

Convention: an epoch draws all it needs from the generator when it begins: the order of the samples, and one seed for
all its batches. A batch has a generator of its own, for transforms that take one, and in place of the default generator
while it is made. So batches do not depend on threads, nor on where the caller left an earlier loop.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Self

import numpy as np

from autograd import Tensor
from autograd.typing import ArrayLike, NDArray

from .. import init
from ..words import translated
from .collating import rebuilt
from .dataset import ArrayDataset, Dataset, Subset, load_batch, load_sample, may_draw
from .prefetch import prefetched

__all__ = ["DataLoader"]


class DataLoader:
    """Goes through a dataset in batches; each iteration is an epoch and gives every sample once.

    ``DataLoader(dataset, 64, True)`` or ``DataLoader(dataset, batch_size=64, shuffle=True)``, as in PyTorch. Arrays of
    equal length are a dataset too: ``DataLoader(x, d, batch_size=64)`` gives read-only batches ``(x[i], d[i])``.

    ``dataset``     has ``len(dataset)`` and ``dataset[i]``; or an array (n, ...), followed by ``more`` of the same
                    length
    ``batch_size``  samples in a batch; the last batch of an epoch may be smaller
    ``shuffle``     draw a new order from ``generator`` for each epoch
    ``drop_last``   omit a last batch that is smaller, and with it, in this epoch, its samples
    ``sampler``     in place of ``shuffle``: an iterable of indices with a length, gone through anew for each epoch;
                    ``nn.distributed.DistributedSampler``, or a list
    ``generator``   a generator, a seed, or None for the default generator of ``nn.seed``
    ``collate``     a function that makes a batch of a list of samples; ``nn.data.collate`` by default
    ``prefetch``    the number of batches that a thread makes in advance, 0 for no thread; arrays without a transform
                    are always read without one, as their batches take less time than the hand-over
    ``device``      where the arrays of a batch go, as tensors: "cuda", "cuda:1" (needs CuPy, extra ``gpu``); None
                    leaves them on the CPU, as arrays

    What is no dataset raises TypeError; a batch_size below 1, and arrays of different lengths, raise ValueError.

    A dataset that draws its random numbers from ``nn.init.generator(None)`` gets those of its batch, which depend on
    ``generator`` and the batch's place in the epoch, and not on threads.

    PyTorch's ``collate_fn`` and ``num_workers`` are other names for ``collate`` and ``prefetch``.
    """

    @translated
    def __init__(
        self, dataset: Dataset[Any] | ArrayLike, *more: ArrayLike | int, batch_size: int = 1, shuffle: bool = False,
        drop_last: bool = False, sampler: Collection[int] | None = None, generator: init.Randomness = None,
        collate: Callable[[list[Any]], Any] | None = None, prefetch: int = 1, device: str | None = None,
    ) -> None:  # fmt: skip
        arrays = list(itertools.takewhile(lambda thing: not _is_option(thing), more))
        numbers = more[len(arrays) :]
        if len(numbers) > 2 or not all(map(_is_option, numbers)):
            raise TypeError("DataLoader takes batch_size and shuffle by position, the others by their names")
        positional: Any = (*numbers, *(batch_size, shuffle)[len(numbers) :])
        batch_size, shuffle = positional
        data: Any = dataset
        if arrays or hasattr(dataset, "__array__"):
            data = ArrayDataset(data, *arrays)
        if isinstance(data, tuple):
            wanted = "one of a split, as split.train, or arrays one after the other, DataLoader(x, d),"
            given = f"a tuple of {len(data)} things as its dataset"
            raise TypeError(f"DataLoader got {given}: give {wanted} or a list of samples")
        if isinstance(data, Mapping):
            raise TypeError(
                "DataLoader got a dict as its dataset: give its arrays one after the other, as in DataLoader(x, d)"
            )
        if not (hasattr(data, "__len__") and hasattr(data, "__getitem__")):
            raise TypeError(f"DataLoader needs a dataset with len() and [i], got {type(data).__name__}")
        if not _is_count(batch_size, 1):
            advice = "; for single samples go through the dataset itself" if batch_size is None else ""
            raise ValueError(f"DataLoader: batch_size is a whole number, at least 1, got {batch_size!r}{advice}")
        if not _is_count(prefetch, 0):
            raise ValueError(f"DataLoader: prefetch is a number of batches, 0 for none, got {prefetch!r}")
        if not (collate is None or callable(collate)):
            raise TypeError(f"DataLoader: collate is a function of a list of samples, got {collate!r}")
        for name, value in (("shuffle", shuffle), ("drop_last", drop_last)):
            if value not in (True, False):
                raise TypeError(f"DataLoader: {name} is True or False, got {value!r}")
        if sampler is not None and (shuffle or not (hasattr(sampler, "__iter__") and hasattr(sampler, "__len__"))):
            wanted = (
                "decides the order, so leave out shuffle=True" if shuffle else "is an iterable of indices with len()"
            )
            raise ValueError(f"DataLoader: a sampler {wanted}; got {type(sampler).__name__}")
        self.sampler, self.part = sampler, (0, 1)
        self.dataset, self.batch_size = data, int(batch_size)
        self.shuffle, self.drop_last, self.collate, self.prefetch = shuffle, drop_last, collate, int(prefetch)
        self._generator = None if generator is None else init.generator(generator)
        self.device = None if device is None else str(device)
        Tensor(0.0).to(self.device or "cpu")  # refuses what is no device here, before the first batch

    @property
    def generator(self) -> np.random.Generator:
        """The generator of all epochs: the one that was given, or the present default one."""
        return init.generator(self._generator)

    def state_dict(self) -> dict[str, Any]:
        """The state of the generator: taken before an epoch, it determines this epoch and all later ones."""
        return {"generator": self.generator.bit_generator.state}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Set the generator to the ``state`` that ``state_dict`` gave; ValueError if it is of no such generator."""
        bits: Any = self.generator.bit_generator
        before = bits.state
        try:
            bits.state = state["generator"]
        except (LookupError, AttributeError, TypeError, ValueError, ArithmeticError) as error:
            bits.state = before
            kind = type(bits).__name__
            raise ValueError(
                "load_state_dict of DataLoader, nothing was loaded: 'generator' is to be the state of a generator of "
                f"the kind {kind}, as state_dict() gives it ({type(error).__name__}: {error})"
            ) from error

    def share(self, rank: int, size: int) -> Self:
        """A loader of the same batches, of which it gives the samples rank, rank + size, rank + 2 size, ... alone.

        The loaders of all ``size`` ranks, with generators in the same state, give each batch as parts, which can be
        empty: so a batch is shared by processes. Both draw from this loader's generator.

        ``rank``, ``size``  which part is given, counted from 0, and of how many
        """
        if not 0 <= rank < size:
            raise ValueError(f"DataLoader.share: there is no rank {rank} among {size}")
        shared = copy.copy(self)
        shared.part = (rank, size)
        return shared

    def __len__(self) -> int:
        """The number of batches."""
        whole: Any = getattr(self.sampler, "batches", None)
        if whole is not None:
            return int(whole(self.batch_size, self.drop_last))
        samples = len(self.dataset if self.sampler is None else self.sampler)
        return samples // self.batch_size if self.drop_last else -(-samples // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        samples = len(self.dataset)
        if self.sampler is not None:
            order = np.fromiter(self.sampler, np.int64)
        else:
            order = self.generator.permutation(samples) if self.shuffle else np.arange(samples)
        seed = int(self.generator.integers(2**63)) if self._may_draw() else None
        rank, size = self.part
        parts = [order[k * self.batch_size : (k + 1) * self.batch_size][rank::size] for k in range(len(self))]
        batches = self._batches(parts, seed)
        quick = self.collate is None and _plain(self.dataset)
        return prefetched(batches, self.prefetch) if self.prefetch and not quick else batches

    def _may_draw(self) -> bool:
        """Might a batch draw random numbers?"""
        return self.collate is not None or may_draw(self.dataset)

    def _batches(self, parts: list[NDArray[Any]], seed: int | None) -> Iterator[Any]:
        """The batches of an epoch, for the indices of each."""
        some = next((indices[:1] for indices in parts if len(indices)), np.zeros(1, np.int64))  # for empty batches
        others = [rank for rank in self.part[:1] if rank]  # rank 0 draws what one process draws
        for k, indices in enumerate(parts):
            # A generator for each batch: batch k does not depend on what others draw.
            rng = None if seed is None else np.random.default_rng([seed, k, *others])
            taken = indices if len(indices) else some
            try:
                with init.drawing(rng):
                    if self.collate is None:
                        batch = load_batch(self.dataset, taken, rng)
                    else:
                        batch = self.collate([load_sample(self.dataset, int(i), rng) for i in taken])
            except Exception as error:
                error.add_note(f"in batch {k} of {len(parts)}: samples {_few(indices)}")
                raise
            batch = batch if len(indices) else _emptied(batch)
            yield batch if self.device is None else _moved(batch, self.device)


def _emptied(batch: Any) -> Any:
    """A batch without its samples: arrays of length 0; what is no array stays as it is."""
    if isinstance(batch, Mapping):
        return {key: _emptied(thing) for key, thing in batch.items()}
    if isinstance(batch, tuple | list) and not (batch and isinstance(batch[0], str | bytes)):
        emptied = map(_emptied, batch)
        return type(batch)(*emptied) if hasattr(batch, "_fields") else type(batch)(emptied)
    return batch[:0] if getattr(batch, "shape", ()) or isinstance(batch, list | tuple) else batch


def _moved(batch: Any, device: str) -> Any:
    """The batch with its arrays as tensors on a device."""
    if isinstance(batch, np.ndarray | Tensor):
        return (batch if isinstance(batch, Tensor) else Tensor(batch)).to(device)
    if isinstance(batch, Mapping):
        return {key: _moved(part, device) for key, part in batch.items()}
    if isinstance(batch, tuple):
        return rebuilt(batch, (_moved(part, device) for part in batch))
    return [_moved(part, device) for part in batch] if isinstance(batch, list) else batch


def _is_option(thing: object) -> bool:
    """Is it no array: a number, a truth value or None?"""
    return thing is None or isinstance(thing, (int, float, np.number, np.bool_))


def _is_count(number: object, least: int) -> bool:
    """Is it a whole number from ``least`` on?"""
    return isinstance(number, int | np.integer) and not isinstance(number, bool) and bool(number >= least)


def _plain(dataset: object) -> bool:
    """Is it made of arrays without a transform?"""
    if type(dataset) is Subset:
        return _plain(dataset.dataset)
    return type(dataset) is ArrayDataset and dataset.transform is None


def _few(indices: NDArray[Any]) -> str:
    """The first eight indices, as text."""
    shown = ", ".join(map(str, indices[:8]))
    return shown if len(indices) <= 8 else f"{shown}, ... ({len(indices)})"
