"""One call of a captured function: its arguments taken apart into numbers, which are a program's inputs, and the rest.

Convention: two calls of equal ``key`` may run the same programs. Arrays count by shape, dtype and layout, floats and
Values by being one; texts, flags and whole numbers by what they are, but for those that move; functions, modules and
other objects by identity.
One that is given twice counts as the same one.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Container, Iterator
from typing import Any

import numpy as np

from ...core import recording
from ...declare import adopted
from ...functional import nests as tree
from ...tensor import Tensor
from ...value import Value
from ..traced import form_of, is_foreign

__all__ = ["EVERY", "Call"]

ndarray = np.ndarray
EVERY = range(sys.maxsize)  # of the whole numbers
NUMERIC = "biufc"
NESTS = {tuple, list, dict}
STATIC = (str, bytes, bool, type(None), type(Ellipsis))

COMPUTED = (
    "that was computed from others is an argument, and gradients go on to these: capture the function that calls "
    "backward()"
)


class Call:
    """The arguments of one call.

    ``leaves``      what the arguments' nests consist of, in their order
    ``objects``     those among them, and in the form, that other things can be reached from
    ``containers``  the lists, dicts and dataclasses among them, which a function may change
    ``whole``       the whole numbers among them; those at the places ``moving`` are leaves, others are options
    ``key``         what decides which programs may run
    ``refused``     why this call cannot be recorded, if so
    """

    __slots__ = ("args", "containers", "ids", "key", "kwargs", "leaves", "moving", "objects", "refused", "whole")

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any], moving: Container[int] = ()) -> None:
        self.args, self.kwargs = args, kwargs
        self.moving = moving
        self.whole: list[int] = []
        self.leaves: list[Any] = []
        self.objects: list[Any] = []
        self.containers: list[Any] = []
        self.ids: dict[int, int] = {}
        self.refused = ""
        key = [recording.on, *[self._form(x) for x in args]]
        if kwargs:
            key += [(name, self._form(x)) for name, x in kwargs.items()]
        self.key = tuple(key)

    def _form(self, x: Any) -> Any:
        """What is fixed of an argument; its leaves are noted."""
        kind = x.__class__
        if kind is ndarray:
            if x.dtype.kind in NUMERIC:
                return x.shape, x.dtype, x.strides, self._leaf(x)
            self.refused = f"an array of {x.dtype} is an argument"
        elif kind is float:
            self.leaves.append(x)
            return float
        elif kind is Tensor:
            if not x.is_leaf and recording.on:
                self.refused = f"a tensor {COMPUTED}"
            own = x._array
            form = Tensor if own.__class__ is ndarray else form_of(own)
            return form, x.shape, x.dtype, x.node is None, x.grad is None, self._leaf(x)
        elif kind is Value:
            if x.op is not None and recording.on:
                self.refused = f"a Value {COMPUTED}"
            return Value, self._leaf(x)
        elif isinstance(x, np.generic):
            if x.dtype.kind in NUMERIC:
                self.leaves.append(x)
                return np.generic, x.dtype
            return kind, x.dtype, x.tobytes()
        elif kind is int:
            self.whole.append(x)
            if len(self.whole) - 1 in self.moving:
                self.leaves.append(x)
                return int
            return int, x
        elif kind in STATIC:
            return kind, x
        elif isinstance(x, np.random.Generator):
            self.leaves.append(x)
        elif kind is slice:
            return kind, tuple([self._form(part) for part in (x.start, x.stop, x.step)])
        elif kind is complex:
            return kind, repr(x)
        elif isinstance(x, ndarray):
            self.refused = f"a {kind.__name__} is an argument: np.asarray makes an ordinary array of it"
        elif is_foreign(x):
            if adopted(x) is x:
                return form_of(x), self._leaf(x)
            self.refused = f"a {kind.__module__}.{kind.__name__} is an argument: give it Tensor(x)"
        else:
            parts = tree.children(x)
            if parts:
                place = self._container(x)
                form = kind, place, tuple([(step, self._form(part)) for step, part in parts])
                return form if kind in NESTS else (*form, self._besides(x, kind))
            if parts is not None and isinstance(x, list | dict):
                return kind, self._container(x)
            if parts is not None and isinstance(x, tuple):
                return kind
        self.objects.append(x)
        return kind, id(x)

    def _besides(self, x: Any, kind: type) -> Any:
        """What is fixed of a nest of a class of its own: the class, and attributes that are none of its parts."""
        self.objects.append(kind)
        held = getattr(x, "__dict__", None)
        if not held:
            return None
        fields = getattr(kind, "__dataclass_fields__", ())
        besides = {name: value for name, value in held.items() if name not in fields}
        self.objects += besides.values()
        return tuple([(name, still(value)) for name, value in besides.items()])

    def _leaf(self, x: Any) -> int:
        """Note a leaf; its number, or that of the same one before."""
        n = len(self.leaves)
        self.leaves.append(x)
        return self.ids.setdefault(id(x), n)

    def _container(self, x: Any) -> int:
        """Note a container that may be changed; the number that it has, or that the same one has."""
        if isinstance(x, tuple):
            return -1
        self.containers.append(x)
        return self.ids.setdefault(id(x), len(self.containers))

    def with_leaves(self, leaves: list[Any]) -> tuple[tuple[Any, ...], dict[str, Any], list[Any]]:
        """The arguments with other leaves; and the containers among them."""
        left = iter(leaves)
        self.whole = []
        made: list[Any] = []
        args = tuple([self._with(x, left, made) for x in self.args])
        return args, {name: self._with(x, left, made) for name, x in self.kwargs.items()}, made

    def _with(self, x: Any, leaves: Iterator[Any], made: list[Any]) -> Any:
        """A nest with other leaves in their order."""
        kind = x.__class__
        if kind is ndarray and x.dtype.kind in NUMERIC:
            return next(leaves)
        if kind is float or kind is Tensor or kind is Value or isinstance(x, np.random.Generator):
            return next(leaves)
        if is_foreign(x):
            return next(leaves)
        if isinstance(x, np.generic):
            return next(leaves) if x.dtype.kind in NUMERIC else x
        if kind is int:
            self.whole.append(x)
            return next(leaves) if len(self.whole) - 1 in self.moving else x
        if kind is slice:
            return slice(*[self._with(part, leaves, made) for part in (x.start, x.stop, x.step)])
        parts = tree.children(x)
        if parts is None or (not parts and not isinstance(x, list | dict)):
            return x
        n = len(made)
        if not isinstance(x, tuple):
            made.append(None)
        changed = [self._with(part, leaves, made) for _, part in parts]
        other = tree.remade(x, changed)
        if not isinstance(x, tuple):
            first = self.ids[id(x)] - 1  # of the same one, if it was given before
            made[n] = other = other if first == n else made[first]
        return other


def still(x: Any) -> Any:
    """What is fixed of an attribute of a nest: the number or text, or which thing it is."""
    kind = x.__class__
    if isinstance(x, np.generic):
        return kind, x.tobytes()
    return kind, repr(x) if kind in (int, float, complex) else x if kind in STATIC else id(x)


def items(container: Any) -> Any:
    """What a list, dict or dataclass holds, such that its items can be read and put."""
    return vars(container) if dataclasses.is_dataclass(container) and hasattr(container, "__dict__") else container
