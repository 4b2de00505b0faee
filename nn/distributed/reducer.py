"""Who sums up gradients over all processes while the backward pass runs: what ``DataParallel`` hands to the engine.

Convention: process r has the gradient g_r, a mean over its n_r samples. The parameters get Σ n_r g_r / Σ n_r, as if one
process had all samples. What arrived in passes without synchronisation is part of g_r.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograd.core import SHARERS

from .buckets import fill
from .processes import World
from .waiting import ADVICE, exchanged, wait

__all__ = ["Reducer", "owners"]


class Reducer:
    """Keeps the gradients of some parameters in step: a ``Shared`` of the engine.

    ``held``     all parameters of the model, in the same order in all processes
    ``limit``    the size of a bucket in bytes
    ``sharded``  does each parameter have one process that moves it?
    ``overlap``  start reductions during the backward pass, or all at its end?
    """

    def __init__(self, held: Sequence[Any], limit: float, sharded: bool, overlap: bool, world: World) -> None:
        self.held, self.world, self.overlap = list(held), world, overlap
        self.params = [p for p in held if p.requires_grad]
        self.owners = owners([p.size for p in self.params], world.size) if sharded else None
        self.buckets = fill(self.params, limit, self.owners, world)
        self.place = {p.node: (bucket, k) for bucket in self.buckets for k, p in enumerate(bucket.params)}
        self.number = {p.node: k for k, p in enumerate(self.params)}
        self.synchronises = True
        self.interrupt = False  # did somebody ask this process to stop?
        self.interrupted = False  # ... or any of them, at the last sum?
        self.closed = self.told = False
        world.models += 1
        self.identity, self.sweeps = world.models, 0  # which model of this program, and how many sums
        self.total = 0.0  # Σ n_r of the last sum
        self.forget()
        for p in self.params:
            p.node.annotate().shared = self
        SHARERS.add(self)

    def close(self) -> None:
        """Let go of the parameters."""
        self.closed = True
        for p in self.params:
            if p.node is not None and p.node.notes is not None and p.node.notes.shared is self:
                p.node.notes.shared = None
        SHARERS.discard(self)

    def forget(self) -> None:
        """Begin anew after a step: no samples have been seen."""
        self.samples: dict[Any, float] = {}  # of each forward pass whose results a backward pass came to
        self.fixed: tuple[float, float] | None = None  # what was used for the first gradient of this sum
        self.weight: tuple[float, float] | None = None  # the scale and the count that were given
        self.sums = False  # are losses to be added up over all processes, and not their mean taken?
        self._start()

    def _start(self) -> None:
        self.next, self.arrived = 0, set[Any]()
        for bucket in self.buckets:
            bucket.clear()

    def weighing(self) -> tuple[float, float]:
        """By what the gradient here is multiplied, and what that adds to the number that divides the sum."""
        if self.weight is not None:
            return self.weight
        mean = sum(self.samples.values()) / len(self.samples) if self.samples else 1.0
        return mean, mean

    def saw(self, call: Any, samples: float) -> None:
        """A backward pass has come to the result of a ``call`` of the model for so many samples."""
        self.samples[call] = samples
        self.world.scale = self.weighing()[0]

    # ------------------------------------------------ what the engine calls

    def whole(self, leaf: Any, g: Any) -> None:
        """The gradient of a leaf has arrived: start what can be started."""
        if not self.synchronises:
            return
        self.check()
        if leaf in self.arrived:
            raise RuntimeError("DataParallel: two backward passes at once; let the first one end")
        self.arrived.add(leaf)
        if not self.overlap:
            return
        self._put(leaf, g)
        self._launch()

    def ends(self, found: dict[Any, Any]) -> None:
        """The sweep has ended: wait for the sums, and hand them out."""
        if not self.synchronises:
            return
        for leaf in self.place:
            if leaf not in self.arrived or not self.overlap:
                self._put(leaf, found.get(leaf) if leaf in self.arrived else None)
        self._launch()
        there = [leaf in self.arrived or leaf.notes.grad is not None for leaf in self.number]
        somewhere = self._finish(there)
        for leaf, anywhere in zip(self.number, somewhere, strict=True):
            bucket, k = self.place[leaf]
            g = bucket.summed(k) if anywhere else None
            leaf.notes.grad = None
            found.pop(leaf, None)
            if g is not None:
                found[leaf] = g
        self.forget()

    def failed(self, error: BaseException) -> None:
        """A sweep has raised an ``error``: the other processes wait for sums that do not come."""
        if self.synchronises and not self.world.broken:
            self.world.broken = f"{type(error).__name__}: {error}"
            self.world.kept.append(self.buckets)

    def check(self) -> None:
        """Raise RuntimeError if sums were left unfinished: those that follow would not fit the others'."""
        if self.closed:
            raise RuntimeError(
                "DataParallel: it is closed, and sums up nothing: make it anew, or call the module inside"
            )
        if self.world.broken:
            raise RuntimeError(
                f"DataParallel: an earlier backward pass of rank {self.world.rank} raised {self.world.broken}\n"
                "Since then it is not in step with the others: let the error end the job"
            )

    def norm(self, own: float, order: float) -> float:
        """The norm over the parameters of all processes, if each has only its own ones here."""
        if self.owners is None:
            return own
        every = exchanged(self.world, self.world.gradients, own, "the norm of the gradients")
        largest = max(every)
        if np.isinf(order) or not 0 < largest < np.inf:
            return float(largest if np.isfinite(every).all() else sum(every))
        return float(largest * sum((norm / largest) ** order for norm in every) ** (1 / order))

    def elsewhere(self, leaf: Any) -> bool:
        """Does another process move this parameter?"""
        return self.owners is not None and self.owners[self.number[leaf.node]] != self.world.rank

    def moved(self, optimizer: Any) -> None:
        """An optimizer has moved the parameters that this process owns: give them to the others, and take theirs."""
        if self.owners is None:
            return
        requests = [bucket.start_gather() for bucket in self.buckets]
        wait(self.world, requests, "the parameters")
        for bucket in self.buckets:
            bucket.take()

    # ------------------------------------------------ what happens in a sweep

    def synchronize(self) -> None:
        """Sum up what gradients there are, without a backward pass."""
        self.check()
        if self.weight is None and not self.samples:
            self.weight = (0.0, 0.0)
        found: dict[Any, Any] = {}
        self.ends(found)
        for leaf, g in found.items():
            leaf.notes.grad = g

    def _put(self, leaf: Any, g: Any) -> None:
        before = leaf.notes.grad
        if before is not None:
            before = getattr(before, "data", before) if not isinstance(before, np.ndarray) else before
            g = before if g is None else before + g
        if g is not None and type(g) is not np.ndarray and not isinstance(g, np.generic):
            raise TypeError(
                f"DataParallel sums up arrays of NumPy's, and a gradient is of {type(g).__name__}: no "
                "create_graph=True, no capture() around the backward pass, and models on the CPU"
            )
        bucket, k = self.place[leaf]
        self.fixed = self.fixed or self.weighing()
        bucket.put(k, g, self.fixed[0])

    def _launch(self) -> None:
        """Start the sums of the next buckets that are whole, and let those that run go on."""
        while self.next < len(self.buckets) and not self.buckets[self.next].missing:
            self.buckets[self.next].start_sum()
            self.next += 1
        for bucket in self.buckets[: self.next]:
            if bucket.request is not None:
                bucket.request.Test()  # MPI computes only while it is asked

    def _finish(self, there: Iterable[bool]) -> list[bool]:
        """Wait until all is summed up and divided; returns which parameters have a gradient in any process."""
        if self.weight is None and not self.samples and not self.told and self.world.size > 1:
            self.told = True
            warnings.warn(
                "DataParallel: a backward pass came to the parameters, but through no call of the DataParallel, so "
                "that each process counts the same: call it, not the module inside; or say what counts by weighted()",
                stacklevel=2,
            )
        self.sweeps += 1
        mark = (self.identity * 31 + self.sweeps) % 1009  # whose sums they are, and which: the same in all processes
        own = (self.fixed or self.weighing())[1]
        tail = np.array([mark, mark**2, own, self.interrupt, self.sums, *there], float)
        last = self.world.gradients.Iallreduce(self.world.mpi.IN_PLACE, tail)
        wait(self.world, [*[bucket.request for bucket in self.buckets], last], "the gradients")
        if tail[1] * self.world.size != tail[0] ** 2:
            raise ValueError(
                f"DataParallel: rank {self.world.rank} is at backward pass {self.sweeps} of model {self.identity}, and "
                f"another process at another one: {ADVICE}"
            )
        self.total, self.interrupted = 1.0 if tail[4] else float(tail[2]), bool(tail[3])
        for bucket in self.buckets:
            bucket.divide(self.total)
        return [bool(count) for count in tail[5:]]


def owners(sizes: Sequence[int], processes: int) -> list[int]:
    """Which process moves each of the parameters of these sizes, so that all have about the same number to move."""
    load = [0] * processes
    found = [0] * len(sizes)
    for k in sorted(range(len(sizes)), key=lambda k: -sizes[k]):
        found[k] = load.index(min(load))
        load[found[k]] += sizes[k]
    return found
