"""What a function returned: how the same is made from a run's numbers.

Convention: what was shared is shared again. An array that was a view of an argument is one, two views of one array are
two views of a new one, and what stood outside before is returned itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import FREED, ancestors, recording
from ..functional import nests as tree
from ..tensor import Tensor
from ..tensor import of as tensor
from ..value import Value
from ..value import ancestors as sources
from .instruction import View
from .traced import Number, Scalar, Traced

__all__ = ["MADE", "Returned", "kind_of"]

Make = Callable[[Any, Sequence[Any]], Any]  # of a call, and of the results of the run
MADE: dict[str, Callable[[Any], Any]] = {
    "array": lambda a: a.copy(order="K"),
    "scalar": lambda a: a[()],
    "number": lambda a: a.item(),
    "tensor": lambda a: tensor(a.copy(order="K"), None),
    "value": lambda a: Value(a.item()),
    "bytes": lambda a: a.copy(),  # of a buffer that several results are views of
}  # fmt: skip
IMMUTABLE = (int, float, complex, str, bytes, bool, type(None), type(Ellipsis), np.generic, np.dtype, type, frozenset)


def kind_of(x: Traced) -> str:
    """What a traced array is to the user: a key of ``MADE``."""
    return "number" if isinstance(x, Number) else "scalar" if isinstance(x, Scalar) else "array"


class Returned:
    """How to make what was returned.

    ``views``   the results of the program that it needs, and ``kinds``, what is made of them
    ``plain``   what is returned of the recording
    ``refused`` why it cannot be made again, if so
    """

    def __init__(self, y: Any, run: Any) -> None:
        self.run = run
        self.views: list[View] = []
        self.kinds: list[str] = []
        self.within: list[tuple[View, int]] = []  # views of the buffers that several results are views of
        self.refused = ""
        self.done: dict[int, tuple[Any, Make]] = {}
        self.shared = shared_buffers(y)
        self.whole: dict[int, int] = {}  # by buffer that several results are views of: the place of its bytes
        self.plain, self._make = self._of(y)
        del self.run, self.done, self.shared, self.whole

    def make(self, call: Any, found: list[Any]) -> Any:
        """The same of a run, which found this."""
        made = [MADE[kind](x) for kind, x in zip(self.kinds, found, strict=False)]
        return self._make(call, [*made, *[view.of(made[n]) for view, n in reversed(self.within)]])

    def _of(self, y: Any) -> tuple[Any, Make]:
        if isinstance(y, IMMUTABLE):
            return y, lambda call, found: y
        if id(y) not in self.done:
            self.done[id(y)] = self._anew(y)
        return self.done[id(y)]

    def _anew(self, y: Any) -> tuple[Any, Make]:
        for k, made in enumerate(self.run.entered):
            if made is y or self.run.call.leaves[k] is y:
                return self.run.call.leaves[k], lambda call, found, k=k: call.leaves[k]
        for k, made in enumerate(self.run.containers):
            if made is y:
                return self.run.call.containers[k], lambda call, found, k=k: call.containers[k]
        if isinstance(y, Traced):
            return self._array(y)
        if id(y) in self.run.outside.seen or any(y is x for x in self.run.call.objects):
            return y, lambda call, found: y
        if isinstance(y, Tensor):
            if y.node is not None and y.node.op is not None and not swept(y.node):
                self._detached(y, ancestors(y.node), [x.node for x in self.run.call.leaves if isinstance(x, Tensor)])
            if isinstance(y._array, Traced):
                return tensor(plain(y._array, keep=True), None), self._taken(y._array.where, "tensor")
            array = y._array.copy()
            return y, lambda call, found: tensor(array.copy(), None)
        if isinstance(y, Value):
            if y.op is not None and not y.grad and recording.on:
                self._detached(y, sources(y), [x for x in self.run.call.leaves if isinstance(x, Value)])
            if isinstance(y.number, Traced):
                return Value(plain(y.number)), self._taken(y.number.where, "value")
            number = y.number
            return y, lambda call, found: Value(number)
        if type(y) is np.ndarray and y.dtype.kind != "O":
            own = y.copy(order="K")  # the user may write to the one that is returned
            return y, lambda call, found: own.copy(order="K")
        if type(y) is dict and any(isinstance(key, Traced) for key in y):  # they were hashed, and so are guarded
            y = {plain(key): part for key, part in y.items()}
        parts = tree.children(y)
        if parts is None or (not parts and not isinstance(y, list | dict | tuple)):
            if id(y) not in self.run.outside.seen and not at_module_level(y):
                self.refused = f"it returns {named(y)}: return arrays, numbers, or a nest of them"
            return y, lambda call, found: y
        pairs = [self._of(part) for _, part in parts]
        makers = [make for _, make in pairs]
        form = tree.remade(y, [0] * len(parts))
        return tree.remade(y, [x for x, _ in pairs]), lambda call, found: tree.remade(
            form, [m(call, found) for m in makers]
        )

    def _detached(self, y: Any, graph: list[Any], leaves: list[Any]) -> None:
        """A result has a graph that nobody has swept."""
        self.run.live = type(y).__name__
        self.run.open = self.run.open or not {id(x) for x in graph}.isdisjoint([id(x) for x in leaves])

    def _taken(self, view: View, kind: str) -> Make:
        n = len(self.views)
        self.views.append(view)
        self.kinds.append(kind)
        return lambda call, found: found[n]

    def _array(self, y: Traced) -> tuple[Any, Make]:
        x, view = plain(y), y.where
        for source, place, _, made in self.run.put:
            if made is y:
                return place.get(), lambda call, found, source=source: source.place(call).get()
        if kind_of(y) != "array" or view.buffer < 0:
            return x, self._taken(view, kind_of(y))
        source = next((s for s in self.run.sources if s.view.buffer == view.buffer), None)
        if source is not None and source.plain and view.buffer not in self.run.tape.packed:  # of a given array
            within = view._replace(offset=view.offset - source.view.offset)
            return x, lambda call, found: within.of(source.place(call).get())
        buffers = self.run.tape.buffers
        buffer = buffers[view.buffer] if buffers else None
        if buffer is not None and buffer.kind == "outside":
            return x, lambda call, found: view.of(buffer.array)
        if buffer is None or view.buffer not in self.shared:
            return x, self._taken(view, "array")
        if view.buffer not in self.whole:
            self.whole[view.buffer] = len(self.views)
            self._taken(View(view.buffer, 0, (buffer.size,), (1,), np.dtype(np.uint8)), "bytes")
        self.within.append((view, self.whole[view.buffer]))
        n = -len(self.within)
        return x, lambda call, found: found[n]


def shared_buffers(y: Any) -> set[int]:
    """The buffers that several arrays of a nest are views of."""
    seen: dict[int, int] = {}
    for x in {id(x): x for x in tree.leaves(y) if isinstance(x, Traced)}.values():
        seen[x.where.buffer] = seen.get(x.where.buffer, 0) + 1
    return {buffer for buffer, n in seen.items() if n > 1}


def swept(node: Any) -> bool:
    """Has a backward pass freed what this node saved?"""
    return node._saved is FREED


def plain(x: Any, keep: bool = False) -> Any:
    """The ordinary array or number of a traced one."""
    if isinstance(x, Number):
        return x.value
    if isinstance(x, Scalar) and not keep:
        return x.value
    return x.array if isinstance(x, Traced) else x


def at_module_level(y: Any) -> bool:
    """Is it a function that stands in a module, so that it is the same one each time?"""
    return (
        callable(y)
        and getattr(y, "__closure__", 0) is None
        and "<locals>" not in getattr(y, "__qualname__", "<locals>")
    )


def named(y: Any) -> str:
    return f"a {type(y).__name__}"
