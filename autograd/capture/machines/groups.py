"""The instructions of a stretch by groups: those of one level and one function are one call.

Convention: results of a group stand side by side in memory, and often its operands do too: these are a slice then, and
else gathered by ``np.take``. Each number is computed as before, so results are equal bit by bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ...typing import NDArray
from ..tape import FRESH, Buffer, Instruction, Step, View, moved, read_by
from .stretch import FLOAT, Stretch

__all__ = ["Groups"]


class Groups:
    """The memory of a stretch's numbers, one area for each dtype, and the calls on slices of it.

    ``buffers``  of the program, to which the areas are added
    ``instead``  where numbers are that were moved, to which those in ``needed`` are added
    ``steps``    the calls
    """

    def __init__(self, stretch: Stretch, buffers: list[Buffer], instead: dict[int, View], needed: set[int]) -> None:
        self.stretch, self.buffers = stretch, buffers
        self.steps: list[Step] = []
        levels = np.array(stretch.levels)
        dtypes = [view.dtype for view in stretch.views]
        self.places = np.zeros(len(stretch.views), np.int64)  # in the memory of their dtype
        self.areas = {
            dtype: View(len(buffers) + k, 0, (dtypes.count(dtype),), (dtype.itemsize,), dtype)
            for k, dtype in enumerate(dict.fromkeys(dtypes))
        }
        buffers += [FRESH[area.shape[0] * dtype.itemsize] for dtype, area in self.areas.items()]
        self.ends = dict.fromkeys(self.areas, 0)
        for dtype in self.areas:
            self._taken_in([k for k in np.flatnonzero(levels == 0).tolist() if dtypes[k] == dtype], dtype, instead)
        kinds, outputs = np.array(stretch.kinds), np.array(stretch.outputs)
        forms = list(stretch.forms)
        order = np.lexsort((kinds, levels[outputs]))
        bounds = np.flatnonzero(np.diff(levels[outputs][order]) | np.diff(kinds[order])) + 1
        for group in np.split(order, bounds):
            self._group(group, forms[kinds[group[0]]], outputs)
        for k in stretch.outputs:
            if stretch.views[k].buffer in needed:
                area = self.areas[stretch.views[k].dtype]
                instead[stretch.views[k].buffer] = area._replace(
                    offset=int(self.places[k]) * area.dtype.itemsize, shape=(), strides=()
                )

    def _taken_in(self, values: list[int], dtype: np.dtype[Any], instead: dict[int, View]) -> None:
        """Copy numbers from before the stretch into its memory."""
        if not values:
            return
        constants = None
        if self.stretch.constants and dtype == FLOAT:
            constants = self._constant(np.frombuffer(b"".join(self.stretch.constants)))
        where = {k: moved(self.stretch.views[k], instead) for k in values}
        for k, view in where.items():
            if view.buffer < 0 and constants is not None:
                where[k] = constants._replace(offset=~view.buffer * dtype.itemsize)
        values.sort(key=lambda k: (where[k].buffer, where[k].offset))
        parts = [where[k]._replace(shape=(1,), strides=(dtype.itemsize,), weak=False) for k in values]
        self.places[values] = np.arange(len(values))
        self.ends[dtype] = len(values)
        area = self.areas[dtype]._replace(shape=(len(values),))
        self._add(np.concatenate, (tuple(joined(parts)),), {}, area)

    def _group(self, group: NDArray[np.int64], form: Any, outputs: NDArray[np.int64]) -> None:
        """One call for instructions of one level and form."""
        function, dtype, *given = form
        places = [self.places[[*column]] for column in zip(*[self.stretch.operands[k] for k in group], strict=True)]
        order = np.lexsort(places[::-1])
        start = self.ends[dtype]
        self.ends[dtype] += len(group)
        self.places[outputs[group[order]]] = np.arange(start, start + len(group))
        area = self.areas[dtype]
        out = area._replace(offset=start * dtype.itemsize, shape=(len(group),))
        arguments = tuple([self._operand(p[order], kind) for p, kind in zip(places, given, strict=True)])
        self._add(function, arguments, {}, out)

    def _operand(self, places: NDArray[Any], dtype: np.dtype[Any]) -> View:
        """The operands of a group: a slice, or what is gathered."""
        n = len(places)
        area, size = self.areas[dtype], dtype.itemsize
        apart = np.diff(places)
        if n == 1 or (apart == apart[0]).all():
            stride = int(apart[0]) * size if n > 1 else size
            return area._replace(offset=int(places[0]) * size, shape=(n,), strides=(stride,))
        gathered = View(len(self.buffers), 0, (n,), (size,), dtype)
        self.buffers.append(FRESH[n * size])
        self._add(np.take, (area, self._constant(places)), {"mode": "clip"}, gathered)
        return gathered

    def _constant(self, array: NDArray[Any]) -> View:
        array = np.ascontiguousarray(array)
        self.buffers.append(Buffer(array.nbytes, "constant", array))
        return View(len(self.buffers) - 1, 0, array.shape, array.strides, array.dtype)

    def _add(self, function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any], out: View) -> None:
        reads = read_by(arguments, keywords)
        self.steps.append(Instruction(function, "", arguments, keywords, (out,), "into", reads))


def joined(parts: list[View]) -> Iterable[View]:
    """Views of one number each, with neighbours in one buffer that are equally far apart as one view."""
    k = 0
    while k < len(parts):
        first = parts[k]
        step = parts[k + 1].offset - first.offset if k + 1 < len(parts) else 0
        n = 1
        while (
            k + n < len(parts)
            and parts[k + n].buffer == first.buffer
            and parts[k + n].offset - parts[k + n - 1].offset == step
        ):
            n += 1
        yield first._replace(shape=(n,), strides=(step,)) if n > 1 else first
        k += n
