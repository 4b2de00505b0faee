"""DistributedSampler: which samples of a dataset belong to this process."""

from __future__ import annotations

from collections.abc import Iterator, Sized

import numpy as np

from .processes import world

__all__ = ["DistributedSampler"]


class DistributedSampler:
    """The indices of this process's samples: every sample once, in one process, in each epoch.

        loader = nn.DataLoader(data, batch_size=32, sampler=DistributedSampler(data, seed=0))

    Process r of R gets the samples r, r + R, r + 2R, ... of an order that is the same in all processes. So the k-th
    batches of all processes together are the k-th batch of R times the size in one process. Where the samples do not go
    round, the last batch is smaller, or empty, in some processes: all take the same number of steps.

    ``dataset``       has ``len(dataset)``
    ``num_replicas``  R; None for the number of processes
    ``rank``          r; None for this process's
    ``shuffle``       draw a new order for each epoch?
    ``seed``          of the orders, the same in all processes
    ``drop_last``     leave out, in each epoch, the last samples that do not go round

    Each iteration is an epoch; ``set_epoch(k)`` says which one the next is, as to resume. Raises TypeError for a
    dataset without a length, ValueError for a rank that there is not.
    """

    def __init__(
        self, dataset: Sized, num_replicas: int | None = None, rank: int | None = None, shuffle: bool = True,
        seed: int = 0, drop_last: bool = False,
    ) -> None:  # fmt: skip
        if not hasattr(dataset, "__len__"):
            raise TypeError(f"DistributedSampler needs a dataset with len(), got {type(dataset).__name__}")
        self.dataset = dataset
        self.num_replicas = world().size if num_replicas is None else num_replicas
        self.rank = world().rank if rank is None else rank
        if not 0 <= self.rank < self.num_replicas:
            raise ValueError(f"DistributedSampler: there is no rank {self.rank} among {self.num_replicas} processes")
        self.shuffle, self.seed, self.drop_last, self.epoch = shuffle, seed, drop_last, 0

    def set_epoch(self, epoch: int) -> None:
        """Let the next iteration be this ``epoch``, counted from 0."""
        self.epoch = int(epoch)

    @property
    def samples(self) -> int:
        """How many samples all processes together get in an epoch."""
        size = len(self.dataset)
        return size - size % self.num_replicas if self.drop_last else size

    def batches(self, size: int, whole: bool = False) -> int:
        """How many batches of ``size`` samples each process has in an epoch: empty ones too, or ``whole`` ones."""
        return self.samples // (size * self.num_replicas) if whole else -(-self.samples // (size * self.num_replicas))

    def __len__(self) -> int:
        """How many samples this process gets in an epoch."""
        return (self.samples - self.rank + self.num_replicas - 1) // self.num_replicas

    def __iter__(self) -> Iterator[int]:
        size = len(self.dataset)
        order = np.random.default_rng([self.seed, self.epoch]).permutation(size) if self.shuffle else np.arange(size)
        self.epoch += 1
        return iter(order[: self.samples][self.rank :: self.num_replicas].tolist())
