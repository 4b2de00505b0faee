"""Boxes: what HIPS autograd calls a number that is being traced. Here it is a tracked tensor, or a Value.

Convention: ``isinstance(x, Box)`` asks whether x is tracked; no object is made of these classes, and ``x._value`` of a
tensor shows its numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import tracked
from ..tensor import Tensor
from ..value import Value

NUMBERS = (np.ndarray, np.generic, float, int, complex, Tensor)


class Tracked(type):
    """The class of ``Box`` and its kin: what they say of an object depends on whether it is tracked."""

    def __instancecheck__(cls, x: Any) -> bool:
        kinds = vars(cls).get("kinds")
        return isinstance(x, kinds) and (isinstance(x, Value) or tracked(x)) if kinds else super().__instancecheck__(x)

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, vars(cls).get("kinds", ())) or super().__subclasscheck__(kind)


class Box(metaclass=Tracked):
    """A number that is being traced: ``isinstance(x, Box)`` is true of tracked tensors and of Values."""

    __slots__ = ()
    kinds: tuple[type, ...] = (Tensor, Value)

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"no {cls.__name__} is made by hand: {TRACES}")

    @classmethod
    def register(cls, value_type: type) -> None:
        """Have arrays of a class traced: those of NumPy are, and those that follow its protocols."""
        if not (issubclass(value_type, NUMBERS) or hasattr(value_type, "__array_function__")):
            raise TypeError(
                f"{cls.__name__}.register: {value_type.__name__} is no class of arrays. Lists, tuples, dicts, named "
                "tuples and dataclasses of arrays are differentiated without being registered; make it one of these"
            )


class ArrayBox(Box):
    """An array that is being traced: ``isinstance(x, ArrayBox)`` is true of tracked tensors."""

    __slots__ = ()
    kinds = (Tensor,)


class SequenceBox(Box):
    """A list or tuple in which something is being traced."""

    __slots__ = ()
    kinds = (list, tuple)


class DictBox(Box):
    """A dict in which something is being traced."""

    __slots__ = ()
    kinds = (dict,)


TRACES = "grad, make_vjp and make_jvp give the function tensors, which record what is done with them"


def isbox(x: Any) -> bool:
    """Is this number tracked?"""
    return tracked(x) if isinstance(x, Tensor) else isinstance(x, Value)


def getval(x: Any) -> Any:
    """The plain numbers in x, which leave the graph: of a tensor, of a Value, or of a nest of them."""
    if isinstance(x, Tensor):
        return x._value
    if isinstance(x, Value):
        return x.data
    kind = type(x)
    if kind is list or kind is tuple:
        return kind(map(getval, x))
    return {key: getval(part) for key, part in x.items()} if kind is dict else x
