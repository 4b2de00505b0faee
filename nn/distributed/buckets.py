"""Buckets: gradients laid one after the other in flat arrays, and summed up over all processes.

Convention: a bucket holds parameters of one dtype, the last ones of the model first, since the backward pass comes to
them first. Its reduction starts when the gradients of all its parameters are whole, in the order of the buckets, which
is the same in all processes, while the backward pass goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import accumulate
from typing import Any

import numpy as np

from .processes import World

__all__ = ["Bucket", "fill"]


class Bucket:
    """Some parameters, and where their gradients lie.

    ``places``   of each parameter, which elements are its own
    ``owners``   of each parameter, the process that moves it; None if all do
    ``missing``  how many gradients are still to come in this sweep
    ``request``  MPI's, once the reduction has started
    """

    def __init__(self, params: Sequence[Any], owners: Sequence[int] | None, world: World) -> None:
        order = list(range(len(params))) if owners is None else sorted(range(len(params)), key=owners.__getitem__)
        self.params = [params[k] for k in order]
        self.owners = None if owners is None else [owners[k] for k in order]
        self.world, self.dtype = world, self.params[0].dtype
        self.wide = np.dtype(np.float32) if self.dtype.char == "e" else self.dtype  # MPI has no half precision
        ends = list(accumulate(p.size for p in self.params))
        self.places = [slice(end - p.size, end) for p, end in zip(self.params, ends, strict=True)]
        self.size = ends[-1]
        self.counts = [0] * world.size  # of elements that each process owns
        for p, owner in zip(self.params, self.owners or (), strict=self.owners is not None):
            self.counts[owner] += p.size
        self.start = sum(self.counts[: world.rank])
        self.clear()

    def clear(self) -> None:
        """Be ready for the next sweep."""
        self.missing, self.request = len(self.params), None
        self.numbers: Any = None
        self.own: Any = None

    def put(self, k: int, g: Any, scale: float) -> None:
        """The gradient g of the k-th parameter, times ``scale``, None for 0."""
        if self.numbers is None:
            self.numbers = np.empty(self.size, self.wide)
        place = self.numbers[self.places[k]]
        if g is None or not scale:
            place[...] = 0
        else:
            np.multiply(g.reshape(-1), self.wide.type(scale), out=place)
        self.missing -= 1

    def start_sum(self) -> None:
        """Start to sum it up over all processes."""
        gradients, mpi = self.world.gradients, self.world.mpi
        if self.owners is None:
            self.request = gradients.Iallreduce(mpi.IN_PLACE, self.numbers)
        else:
            self.own = np.empty(self.counts[self.world.rank], self.wide)
            self.request = gradients.Ireduce_scatter(self.numbers, self.own, self.counts)

    def divide(self, by: float) -> None:
        """Divide the sums, once they are there, ``by`` a number."""
        numbers = self.numbers if self.own is None else self.own
        if by:
            numbers /= self.wide.type(by)
        self.numbers.setflags(write=False)

    def summed(self, k: int) -> Any:
        """The gradient of the k-th parameter over all processes; None if another one owns it."""
        place, numbers = self.places[k], self.numbers
        if self.owners is not None:
            if self.owners[k] != self.world.rank:
                return None
            place, numbers = slice(place.start - self.start, place.stop - self.start), self.own
        p = self.params[k]
        return numbers[place].reshape(p.shape).astype(p.dtype, copy=False)

    def start_gather(self) -> Any:
        """Start to give all processes the numbers of the parameters that this one owns; return MPI's request."""
        self.numbers = np.empty(self.size, self.dtype)
        for k, p in enumerate(self.params):
            self.numbers[self.places[k]] = p.data.reshape(-1)
        width, byte = self.dtype.itemsize, self.world.mpi.BYTE
        counts = [count * width for count in self.counts]
        return self.world.gradients.Iallgatherv(self.world.mpi.IN_PLACE, [self.numbers.view(np.uint8), counts, byte])

    def take(self) -> None:
        """Give the parameters that others own the numbers that came."""
        for k, p in enumerate(self.params):
            if self.owners is not None and self.owners[k] != self.world.rank:
                new = self.numbers[self.places[k]].reshape(p.shape)
                p.update_(partial(np.copyto, src=new))
        self.numbers = None


def fill(params: Sequence[Any], limit: float, owners: Sequence[int] | None, world: World) -> list[Bucket]:
    """The buckets of some parameters, of at most ``limit`` bytes each, or of one parameter that is larger."""
    buckets: list[Bucket] = []
    for dtype in dict.fromkeys(p.dtype for p in reversed(params)):
        inside: list[int] = []
        size = 0
        for k in reversed(range(len(params))):
            p = params[k]
            if p.dtype == dtype:
                if inside and size + p.data.nbytes > limit:
                    buckets.append(_bucket(params, inside, owners, world))
                    inside, size = [], 0
                inside.append(k)
                size += p.data.nbytes
        buckets.append(_bucket(params, inside, owners, world))
    return buckets


def _bucket(params: Sequence[Any], inside: Sequence[int], owners: Sequence[int] | None, world: World) -> Bucket:
    return Bucket([params[k] for k in inside], None if owners is None else [owners[k] for k in inside], world)
