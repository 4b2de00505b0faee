"""Training in several processes, on one machine or many: data-parallel over MPI (extra ``dist``).

``mpiexec -n 4 python train.py``, or ``python -m nn.distributed -n 4 train.py``, starts a program several times. Each
process has a ``rank``, from 0, among ``world_size``; they are numbers, ``nn.distributed.rank``.

Convention: every process makes the same calls in the same order. What one of them raises ends the job under its name,
and nobody waits for ever: ``Ended``, a RuntimeError, names those that have left or are late. With one process
everything gives what it gives without. ValueError is raised for options out of their range and for models that differ,
TypeError for what is no array, module or dataset, RuntimeError for a model that was changed after it was shared,
ImportError where the extra is missing.
"""

from typing import Any

from .collectives import all_gather, all_reduce, barrier, broadcast
from .data_parallel import DataParallel
from .processes import Ended, init, world
from .sampler import DistributedSampler
from .sync_batch_norm import SyncBatchNorm

__all__ = [
    "DataParallel", "DistributedSampler", "Ended", "SyncBatchNorm", "all_gather", "all_reduce", "barrier",
    "broadcast", "init",
]  # fmt: skip

rank: int
world_size: int


def __getattr__(name: str) -> Any:
    if name in ("rank", "world_size"):
        return getattr(world(), {"rank": "rank", "world_size": "size"}[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
