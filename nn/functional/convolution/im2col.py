"""Patches: what a sliding window sees at each place, as columns of a matrix (im2col), and the adjoint (col2im).

Convention: patches are (groups, taps, channels, *places, n). They are made for one block of places at a time, which
stays in the cache from the copy to the matrix product. Chellapilla, Puri and Simard, "High performance
convolutional neural networks for document processing", 2006.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..windows import Sizes, Window, blocks

CACHED = 1 << 21  # bytes of patches in a block: about a core's L2 cache; smaller matrices multiply slower
PORTION = 500_000  # multiply-adds of a product in portions
LEAST = 128  # columns of a portion: with fewer, the calls cost more than they save


class Patches:
    """The patches of a grid (c, *phases, *cells, n): iterating gives, block by block, the ``columns`` that it holds."""

    def __init__(self, grid: Any, window: Window, places: Sizes, groups: int) -> None:
        self.grid = grid.reshape(groups, len(grid) // groups, *grid.shape[1:])
        self.places = places
        self.taps = []  # for each element of the kernel a view of what it sees from all places
        for _, phase, shift in window.taps():
            seen = [slice(first, first + count) for first, count in zip(shift, places, strict=True)]
            self.taps.append(self.grid[:, :, *phase, *seen])
        self.rows = len(self.taps) * self.grid.shape[1]
        self.images = grid.shape[-1]
        # a 1 by 1 kernel without stride or padding: the grid holds the patches as they are
        self.whole = len(self.taps) == 1 and grid.size == len(grid) * self.images * math.prod(places)
        self.memory: Any = None
        self.block: tuple[slice, ...] = ()

    def __iter__(self) -> Iterator[slice]:
        if self.whole:
            yield slice(0, math.prod(self.places) * self.images)
            return
        column = len(self.grid) * self.rows * self.images * self.grid.itemsize
        stop = 0
        for block in blocks(self.places, max(CACHED // max(column, 1), 1)):
            self.block = block
            start, stop = stop, stop + math.prod(self.sizes) * self.images
            yield slice(start, stop)

    @property
    def sizes(self) -> Sizes:
        """How many places this block has along each axis."""
        return tuple(b.stop - b.start for b in self.block)

    def buffer(self) -> Any:
        """An array for the patches of this block, in memory that all blocks share."""
        shape = (len(self.grid), len(self.taps), self.grid.shape[1], *self.sizes, self.images)
        size = math.prod(shape)
        if self.memory is None:  # the first block is as large as any
            self.memory = np.empty_like(self.grid, shape=size)
        return self.memory[:size].reshape(shape)

    def lift(self) -> Any:
        """The patches of this block, as matrices."""
        if self.whole:
            return self.matrices(self.grid)
        buffer = self.buffer()
        for tap, part in zip(self.taps, buffer.swapaxes(0, 1), strict=True):
            part[...] = tap[:, :, *self.block]
        return self.matrices(buffer)

    def matrices(self, patches: Any) -> Any:
        """Patches as matrices (groups, taps * channels, columns)."""
        return patches.reshape(len(self.grid), self.rows, patches.size // max(len(self.grid) * self.rows, 1))

    def lower(self, a: Any, b: Any) -> None:
        """The adjoint of ``lift``: the patches a b of this block are added to the grid, each where it was read."""
        product: Any = np.multiply if a.shape[2] == 1 else matmul  # a column times a row: one output channel a group
        if self.whole:
            product(a, b, out=self.matrices(self.grid))
            return
        buffer = self.buffer()
        product(a, b, out=self.matrices(buffer))
        for tap, part in zip(self.taps, buffer.swapaxes(0, 1), strict=True):
            seen = tap[:, :, *self.block]
            np.add(seen, part, out=seen)


def matmul(a: Any, b: Any, out: Any) -> Any:
    """a b for matrices (..., m, k) and (..., k, n), written to ``out``; b is the long one, taken in portions.

    BLAS first copies its operands into an order of its own. A long one does not fit into the cache then; for small
    products OpenBLAS, which NumPy comes with, does without the copy.
    """
    step = PORTION // max(a.shape[-2] * a.shape[-1], 1)
    if step < LEAST or step >= b.shape[-1]:
        return np.matmul(a, b, out=out)
    for start in range(0, b.shape[-1], step):
        part = slice(start, start + step)
        np.matmul(a, b[..., part], out=out[..., part])
    return out
