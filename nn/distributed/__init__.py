"""Training in several processes, on one machine or many: data-parallel over MPI (extra ``dist``).

``mpiexec -n 4 python train.py``, or ``python -m nn.distributed -n 4 train.py``, starts a program several times. Each
process has a ``rank``, from 0, among ``world_size``; they are numbers, ``nn.distributed.rank``.

Convention: every process makes the same calls in the same order. What one of them raises ends the job under its name,
and nobody waits for ever (see ``init``). With one process everything gives what it gives without.
"""

from typing import Any

from .collectives import all_gather, all_reduce, barrier, broadcast
from .data_parallel import DataParallel
from .processes import init, world
from .sampler import DistributedSampler
from .sync_batch_norm import SyncBatchNorm

__all__ = [
    "DataParallel", "DistributedSampler", "SyncBatchNorm", "all_gather", "all_reduce", "barrier", "broadcast", "init",
]  # fmt: skip

rank: int
world_size: int


def __getattr__(name: str) -> Any:
    if name in ("rank", "world_size"):
        return getattr(world(), {"rank": "rank", "world_size": "size"}[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
