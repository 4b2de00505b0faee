"""Patches: what a sliding window sees in each of its places, as the columns of a matrix.

Convention: patches are (groups, taps, channels, *places, n), made block of places by block of places, so that each
block stays in the cache from the copy to the matrix product. Chellapilla, Puri and Simard, "High performance
convolutional neural networks for document processing", 2006.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..windows import Sizes, Window, blocks
from .matmul import multiply

CACHED = 1 << 21  # bytes of patches in a block: about a core's second cache; smaller matrices multiply slower


class Patches:
    """Goes through the patches of a grid (c, *phases, *cells, n) in blocks: for each the ``columns`` that it holds."""

    def __init__(self, grid: Any, window: Window, places: Sizes, groups: int) -> None:
        self.grid = grid.reshape(groups, len(grid) // groups, *grid.shape[1:])
        self.places = places
        self.taps = []  # what each sees from all places
        for _, phase, shift in window.taps():
            seen = [slice(first, first + count) for first, count in zip(shift, places, strict=True)]
            self.taps.append(self.grid[:, :, *phase, *seen])
        self.rows = len(self.taps) * self.grid.shape[1]
        self.images = grid.shape[-1]
        self.whole = len(self.taps) == 1 and grid.size == len(grid) * self.images * math.prod(places)  # 1 by 1
        self.store: Any = None
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
        return tuple(b.stop - b.start for b in self.block)

    def room(self) -> Any:
        """An array for the patches of this block; the next block's take the same memory."""
        shape = (len(self.grid), len(self.taps), self.grid.shape[1], *self.sizes, self.images)
        size = math.prod(shape)
        if self.store is None:  # the first block is as large as any
            self.store = np.empty_like(self.grid, shape=size)
        return self.store[:size].reshape(shape)

    def lift(self) -> Any:
        """The patches of this block, as matrices."""
        if self.whole:
            return self.matrices(self.grid)
        room = self.room()
        for tap, part in zip(self.taps, room.swapaxes(0, 1), strict=True):
            part[...] = tap[:, :, *self.block]
        return self.matrices(room)

    def matrices(self, patches: Any) -> Any:
        """Patches as matrices (groups, taps * channels, columns)."""
        return patches.reshape(len(self.grid), self.rows, patches.size // max(len(self.grid) * self.rows, 1))

    def lower(self, a: Any, b: Any) -> None:
        """The adjoint: add the patches a b of this block to the grid, each where it was taken."""
        product: Any = np.multiply if a.shape[2] == 1 else multiply  # a column times a row: each channel by itself
        if self.whole:
            product(a, b, out=self.matrices(self.grid))
            return
        room = self.room()
        product(a, b, out=self.matrices(room))
        for tap, part in zip(self.taps, room.swapaxes(0, 1), strict=True):
            seen = tap[:, :, *self.block]
            np.add(seen, part, out=seen)
