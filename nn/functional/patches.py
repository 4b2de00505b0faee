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

from .windows import Key, Sizes, Window, blocks

CACHED = 1 << 21  # bytes of patches in a block: about a core's second cache; smaller matrices multiply slower


class Patches:
    """Goes through the patches of a grid (c, *phases, *cells, n) in blocks: for each the ``columns`` that it holds."""

    def __init__(self, grid: Any, window: Window, places: Sizes, groups: int) -> None:
        self.grid = grid.reshape(groups, len(grid) // groups, *grid.shape[1:])
        self.places = places
        self.taps = [(phase, shift) for _, phase, shift in window.taps()]
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

    def seen(self, phase: Sizes, shift: Sizes) -> Key:
        """Where in the grid a tap lies while the window is in this block's places."""
        where = [slice(a + b.start, a + b.stop) for a, b in zip(shift, self.block, strict=True)]
        return (slice(None), slice(None), *phase, *where)

    def lift(self) -> Any:
        """The patches of this block as matrices (groups, taps * channels, columns)."""
        if self.whole:
            return self.grid.reshape(len(self.grid), self.rows, -1)
        room = self.room()
        for k, tap in enumerate(self.taps):
            room[:, k] = self.grid[self.seen(*tap)]
        return room.reshape(len(self.grid), self.rows, -1)

    def lower(self, a: Any, b: Any) -> None:
        """The adjoint: add the patches a b of this block to the grid, each where it was taken."""
        if self.whole:
            np.matmul(a, b, out=self.grid.reshape(len(self.grid), self.rows, -1))
            return
        room = self.room()
        np.matmul(a, b, out=room.reshape(len(self.grid), self.rows, -1))
        for k, tap in enumerate(self.taps):
            self.grid[self.seen(*tap)] += room[:, k]
