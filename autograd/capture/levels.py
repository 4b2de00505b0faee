"""Programs on single numbers, level by level: many small instructions as a few large ones.

An instruction's level is one more than the highest among its operands'. Instructions of one level need nothing of each
other, so those of one function are done by one call. Their results stand side by side in memory, and often their
operands do too: these are a slice then, and else gathered by ``np.take``.

Convention: only numbers that are written once are moved; each is computed as before, so results are equal bit by bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import pack
from typing import Any

import numpy as np

from ..typing import NDArray
from .instruction import Buffer, Guard, Instruction, View, read_by
from .passes import moved, with_moved, written_once

__all__ = ["levelled"]

Step = Instruction | Guard
FEWEST = 64  # instructions that are worth the trouble
ON_AVERAGE = 5  # so many instructions must groups have
FLOAT = np.dtype(float)
TYPES = (FLOAT, np.dtype(bool))
EXACT = 2**53  # whole numbers below are floats


def levelled(
    steps: Sequence[Step], buffers: list[Buffer], results: Sequence[View]
) -> tuple[Sequence[Step], list[Buffer], list[View]]:
    """The same program, with long stretches of instructions on single numbers done level by level where this pays.

    Guards are checked after their stretch: programs do not warn of what they compute in vain.
    """
    values = written_once(steps, buffers)
    parts = list(stretches(steps, buffers, values))
    if all(isinstance(part, list) for part in parts):
        return steps, buffers, list(results)
    buffers = list(buffers)
    needed = {view.buffer for view in results}
    for part in parts:
        if isinstance(part, Stretch):
            needed.update([view.buffer for view in part.before])
        for step in part if isinstance(part, list) else part.guards:
            needed.update([view.buffer for view in step.reads])
    instead: dict[int, View] = {}
    done: list[Step] = []
    for part in parts:
        if isinstance(part, list):
            done += [placed(step, instead) for step in part]
        else:
            done += part.built(buffers, instead, needed)
            done += [placed(step, instead) for step in part.guards]
    return done, buffers, [moved(view, instead) for view in results]


def stretches(
    steps: Sequence[Step], buffers: Sequence[Buffer], values: Sequence[bool]
) -> Iterable[Stretch | list[Step]]:
    """The steps in their order, in parts: stretches that are done by level, and what is left as it is."""
    waiting: list[Step] = []  # since the last stretch
    stretch = Stretch()
    start = 0  # of the stretch
    for k, step in enumerate(steps):
        if stretch.takes(step, buffers, values):
            continue
        if stretch.pays:
            yield waiting
            yield stretch
            waiting = []
        else:
            waiting += steps[start:k]
        waiting.append(step)
        stretch, start = Stretch(), k + 1
    if stretch.pays:
        yield waiting
        yield stretch
    else:
        yield [*waiting, *steps[start:]]


def placed(step: Step, instead: dict[int, View]) -> Step:
    """A step that reads moved numbers where they are now."""
    if instead.keys().isdisjoint([view.buffer for view in step.reads]):
        return step
    if isinstance(step, Guard):
        return Guard(moved(step.view, instead), step.read, step.expected, step.source)
    return with_moved(step, instead)


class Stretch:
    """Instructions on single numbers, one after another, and the guards between them.

    ``values``     by where a number is: its number in this stretch
    ``levels``     by value: its level; 0 for what is there before
    ``kinds``      by instruction: which of the ``forms`` it has (function, and dtypes of result and operands)
    ``operands``   by instruction: the values that it needs
    ``outputs``    by instruction: the value that it computes
    ``constants``  they are values in a buffer that is none yet, ~k
    ``guards``     they are checked after the stretch
    """

    def __init__(self) -> None:
        self.values: dict[Any, int] = {}
        self.views: list[View] = []
        self.levels: list[int] = []
        self.forms: dict[Any, int] = {}
        self.kinds: list[int] = []
        self.operands: list[tuple[Any, ...]] = []
        self.outputs: list[int] = []
        self.constants: list[bytes] = []
        self.guards: list[Step] = []

    def takes(self, step: Step, buffers: Sequence[Buffer], values: Sequence[bool]) -> bool:
        """Add a step, if it is one on single numbers."""
        if isinstance(step, Guard):
            if not self.outputs or step.view.shape or not values[step.view.buffer]:
                return False
            self.guards.append(step)
            return True
        if step.form != "fresh" or len(step.outputs) != 1:
            return False
        out = step.outputs[0]
        if out.shape or out.dtype not in TYPES or not values[out.buffer]:
            return False
        if buffers[out.buffer].size != out.dtype.itemsize:
            return False
        if step.keywords and (len(step.keywords) > 1 or step.keywords.get("dtype") != out.dtype):
            return False
        form: list[Any] = [step.function, out.dtype]
        for x in step.arguments:
            if x.__class__ is View:
                if x.shape or x.dtype not in TYPES or not values[x.buffer]:
                    return False
                form.append(x.dtype)
            elif x.__class__ is float or (x.__class__ is int and abs(x) < EXACT):
                form.append(FLOAT)
            else:
                return False
        if step.method or not (tuple(form) in self.forms or elementwise(step, form)):
            return False
        operands = [self._value(x) for x in step.arguments]
        if None in operands:
            return False
        level = max([self.levels[n] for n in operands])
        self.values[out.buffer] = len(self.views)
        self.outputs.append(len(self.views))
        self.views.append(out)
        self.levels.append(level + 1)
        self.kinds.append(self.forms.setdefault(tuple(form), len(self.forms)))
        self.operands.append(tuple(operands))
        return True

    def _value(self, x: Any) -> Any:
        """The number of a value; None for other bytes of a place that is known already."""
        if x.__class__ is not View:
            key: Any = pack("d", x)
        else:
            key = x.buffer if x.offset == 0 else (x.buffer, x.offset)
        n = self.values.get(key)
        if n is None:
            n = self.values[key] = len(self.views)
            if x.__class__ is not View:
                x = View(~len(self.constants), 0, (), (), FLOAT)
                self.constants.append(key)
            self.views.append(x)
            self.levels.append(0)
        elif x.__class__ is View and self.views[n].dtype != x.dtype:
            return None
        return n

    @property
    def before(self) -> list[View]:
        """The numbers that the stretch needs and does not compute."""
        return [view for view, level in zip(self.views, self.levels, strict=True) if level == 0 and view.buffer >= 0]

    @property
    def pays(self) -> bool:
        """Are there few groups for so many instructions?"""
        if len(self.outputs) < FEWEST:
            return False
        levels = np.array(self.levels)[self.outputs]
        groups = len(np.unique(levels * len(self.forms) + self.kinds))
        return groups * ON_AVERAGE <= len(self.outputs)

    def built(self, buffers: list[Buffer], instead: dict[int, View], needed: set[int]) -> list[Step]:
        """The instructions by groups; ``instead`` learns where the needed numbers are now."""
        self.buffers = buffers
        self.steps: list[Step] = []
        levels = np.array(self.levels)
        dtypes = [view.dtype for view in self.views]
        self.places = np.zeros(len(self.views), np.int64)  # in the memory of their dtype
        self.areas = {
            dtype: View(len(buffers) + k, 0, (dtypes.count(dtype),), (dtype.itemsize,), dtype)
            for k, dtype in enumerate(dict.fromkeys(dtypes))
        }
        buffers += [Buffer(area.buffer, area.shape[0] * dtype.itemsize, "fresh") for dtype, area in self.areas.items()]
        self.ends = dict.fromkeys(self.areas, 0)
        for dtype in self.areas:
            self._taken_in([k for k in np.flatnonzero(levels == 0).tolist() if dtypes[k] == dtype], dtype, instead)
        kinds, outputs = np.array(self.kinds), np.array(self.outputs)
        forms = list(self.forms)
        order = np.lexsort((kinds, levels[outputs]))
        bounds = np.flatnonzero(np.diff(levels[outputs][order]) | np.diff(kinds[order])) + 1
        for group in np.split(order, bounds):
            self._group(group, forms[kinds[group[0]]], outputs)
        for k in self.outputs:
            if self.views[k].buffer in needed:
                area = self.areas[self.views[k].dtype]
                instead[self.views[k].buffer] = area._replace(
                    offset=int(self.places[k]) * area.dtype.itemsize, shape=(), strides=()
                )
        return self.steps

    def _taken_in(self, values: list[int], dtype: np.dtype[Any], instead: dict[int, View]) -> None:
        """Copy numbers from before the stretch into its memory."""
        if not values:
            return
        constants = None
        if self.constants and dtype == FLOAT:
            constants = self._constant(np.frombuffer(b"".join(self.constants)))
        where = {k: moved(self.views[k], instead) for k in values}
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
        places = [self.places[[*column]] for column in zip(*[self.operands[k] for k in group], strict=True)]
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
        self.buffers.append(Buffer(gathered.buffer, n * size, "fresh"))
        self._add(np.take, (area, self._constant(places)), {"mode": "clip"}, gathered)
        return gathered

    def _constant(self, array: NDArray[Any]) -> View:
        array = np.ascontiguousarray(array)
        self.buffers.append(Buffer(len(self.buffers), array.nbytes, "constant", array))
        return View(len(self.buffers) - 1, 0, array.shape, array.strides, array.dtype)

    def _add(self, function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any], out: View) -> None:
        reads = read_by(arguments, keywords)
        self.steps.append(Instruction(function, "", arguments, keywords, (out,), "into", reads))


def elementwise(step: Instruction, form: Sequence[Any]) -> bool:
    """Is each number of the result computed of numbers of these types, as many at once as there may be?"""
    function, out, *given = form
    if function is np.where:
        return given[1:] == [out, out]
    if not isinstance(function, np.ufunc) or function.signature is not None or function.nin != len(given):
        return False
    if FLOAT in [view.dtype for view in step.reads]:
        return f"{'d' * len(given)}->{out.char}" in function.types
    if step.keywords or len(given) > len(step.reads):  # constants take the type of what they meet
        return False
    return f"{''.join([dtype.char for dtype in given])}->{out.char}" in function.types


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
