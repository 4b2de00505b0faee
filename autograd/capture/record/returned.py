"""What a function returned: how the same is made from a run's numbers.

Convention: what was shared is shared again. An array that was a view of an argument is one, two views of one array are
two views of a new one, and what stood outside before is returned itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...core import FREED, ancestors, recording
from ...functional import nests as tree
from ...tensor import Tensor
from ...tensor import of as tensor
from ...value import Value
from ...value import ancestors as sources
from ..outside import Straight
from ..tape import View
from ..traced import Bare, Foreign, Number, Scalar, Traced, is_foreign

__all__ = ["MADE", "Returned", "kind_of", "made"]

MADE: dict[str, Callable[[Any], Any]] = {
    "array": lambda a: a.copy("K"),
    "scalar": lambda a: a[()],
    "number": lambda a: a.item(),
    "tensor": lambda a: tensor(a.copy("K"), None),
    "value": lambda a: Value(a.item()),
    "bytes": lambda a: a.copy(),  # of a buffer that several results are views of
    "foreign": lambda a: a,  # an array of another library, which the program keeps nothing of
    "foreign tensor": lambda a: tensor(a, None),
}  # fmt: skip
TEXTS = {"array": '{}.copy("K")', "scalar": "{}[()]", "number": "{}.item()", "bytes": "{}.copy()", "foreign": "{}"}
IMMUTABLE = (int, float, complex, str, bytes, bool, type(None), type(Ellipsis), np.generic, np.dtype, type, frozenset)


def kind_of(x: Bare) -> str:
    """What a traced array is to the user: a key of ``MADE``."""
    if isinstance(x, Foreign):
        return "foreign"
    return "number" if isinstance(x, Number) else "scalar" if isinstance(x, Scalar) else "array"


def made(code: Straight, kind: str, found: str) -> str:
    """What ``MADE`` makes of the array that an expression gives, as an expression."""
    return TEXTS[kind].format(found) if kind in TEXTS else f"{code.name(MADE[kind])}({found})"


class Returned:
    """How to make what was returned: by lines that are written for it, of a ``call`` and of what a run ``found``.

    ``views``   the results of the program that it needs
    ``stays``   the places whose arrays are returned themselves: what is left there afterwards is another one
    ``plain``   what is returned of the recording
    ``refused`` why it cannot be made again, if so
    """

    def __init__(self, y: Any, run: Any) -> None:
        self.run = run
        self.views: list[View] = []
        self.refused = ""
        self.stays: set[Any] = set()
        self.code = Straight("call", "found")
        self.done: dict[int, tuple[Any, str]] = {}  # by what was returned: that of the recording, and an expression
        self.shared = shared_buffers(y)
        self.whole: dict[int, str] = {}  # by buffer that several results are views of: its bytes
        self.plain, result = self._of(y)
        self.code.add(f"return {result}")
        self.written: Callable[[Any, list[Any]], Any] | None = None
        del self.run, self.done, self.shared, self.whole

    def make(self, call: Any, found: list[Any]) -> Any:
        """The same of a run, which found this."""
        if self.written is None:
            self.written = self.code.function()
        return self.written(call, found)

    def _of(self, y: Any) -> tuple[Any, str]:
        if isinstance(y, IMMUTABLE):
            return y, self.code.name(y)
        if id(y) not in self.done:
            self.done[id(y)] = self._anew(y)
        return self.done[id(y)]

    def _anew(self, y: Any) -> tuple[Any, str]:
        name = self.code.name
        for k, x in enumerate(self.run.entered):
            if x is y or self.run.call.leaves[k] is y:
                return self.run.call.leaves[k], f"call.leaves[{k}]"
        for k, x in enumerate(self.run.containers):
            if x is y:
                return self.run.call.containers[k], f"call.containers[{k}]"
        if isinstance(y, Bare):
            return self._array(y)
        if id(y) in self.run.outside.seen or any(y is x for x in self.run.call.objects):
            return y, name(y)
        if isinstance(y, Tensor):
            if y.node is not None and y.node.op is not None and not swept(y.node):
                self._detached(y, ancestors(y.node), [x.node for x in self.run.call.leaves if isinstance(x, Tensor)])
            if isinstance(y._array, Foreign):
                return tensor(y._array.array, None), self._taken(y._array.where, "foreign tensor")
            if isinstance(y._array, Traced):
                return tensor(plain(y._array, keep=True), None), self._taken(y._array.where, "tensor")
            return y, made(self.code, "tensor", name(y._array.copy()))
        if isinstance(y, Value):
            if y.op is not None and not y.grad and recording.on:
                self._detached(y, sources(y), [x for x in self.run.call.leaves if isinstance(x, Value)])
            if isinstance(y.number, Traced):
                return Value(plain(y.number)), self._taken(y.number.where, "value")
            return y, f"{name(Value)}({name(y.number)})"
        if type(y) is np.ndarray and y.dtype.kind != "O":
            return y, made(
                self.code, "array", name(y.copy(order="K"))
            )  # the user may write to the one that is returned
        if is_foreign(y):
            return y.copy(), f"{name(y)}.copy()"  # the program may read it
        if type(y) is dict and any(isinstance(key, Traced) for key in y):  # they were hashed, and so are guarded
            y = {plain(key): part for key, part in y.items()}
        parts = tree.children(y)
        if parts is None or (not parts and not isinstance(y, list | dict | tuple)):
            if id(y) not in self.run.outside.seen and not at_module_level(y):
                self.refused = f"it returns {named(y)}: return arrays, numbers, or a nest of them"
            return y, name(y)
        pairs = [self._of(part) for _, part in parts]
        inner = ", ".join([expression for _, expression in pairs])
        if type(y) is tuple and parts:
            return tree.remade(y, [x for x, _ in pairs]), f"({inner},)"
        form = tree.remade(y, [0] * len(parts))
        expression = f"[{inner}]" if type(y) is list else f"{name(tree.remade)}({name(form)}, [{inner}])"
        return tree.remade(y, [x for x, _ in pairs]), self._set(expression)

    def _set(self, expression: str) -> str:
        """A line that makes something once; its name."""
        name = f"y{len(self.code.lines)}"
        self.code.add(f"{name} = {expression}")
        return name

    def _detached(self, y: Any, graph: list[Any], leaves: list[Any]) -> None:
        """A result has a graph that nobody has swept."""
        self.run.live = type(y).__name__
        self.run.open = self.run.open or not {id(x) for x in graph}.isdisjoint([id(x) for x in leaves])

    def _taken(self, view: View, kind: str) -> str:
        self.views.append(view)
        return self._set(made(self.code, kind, f"found[{len(self.views) - 1}]"))

    def _array(self, y: Any) -> tuple[Any, str]:
        x, view, name = plain(y), y.where, self.code.name
        for source, place, before, traced in self.run.put:
            if traced is y:  # the function may have put something else in its place: effects are done afterwards
                self.stays.add(place.key)
                return before, f"{name(source)}.place(call).get()"
        if kind_of(y) != "array" or view.buffer < 0:
            return x, self._taken(view, kind_of(y))
        source = next((s for s in self.run.sources if s.view.buffer == view.buffer), None)
        if source is not None and source.plain and view.buffer not in self.run.tape.packed:  # of a given array
            within = view._replace(offset=view.offset - source.view.offset)
            return x, f"{name(within)}.of({name(source)}.place(call).get())"
        buffers = self.run.tape.buffers
        buffer = buffers[view.buffer] if buffers else None
        if buffer is not None and buffer.kind == "outside":
            return x, f"{name(view)}.of({name(buffer)}.array)"
        if buffer is None or view.buffer not in self.shared:
            return x, self._taken(view, "array")
        if view.buffer not in self.whole:
            whole = View(view.buffer, 0, (buffer.size,), (1,), np.dtype(np.uint8))
            self.whole[view.buffer] = self._taken(whole, "bytes")
        return x, self._set(f"{name(view)}.of({self.whole[view.buffer]})")


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
    return x.array if isinstance(x, Bare) else x


def at_module_level(y: Any) -> bool:
    """Is it a function that stands in a module, so that it is the same one each time?"""
    return (
        callable(y)
        and getattr(y, "__closure__", 0) is None
        and "<locals>" not in getattr(y, "__qualname__", "<locals>")
    )


def named(y: Any) -> str:
    return f"a {type(y).__name__}"
