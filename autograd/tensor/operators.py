# mypy: disable-error-code="empty-body"
"""A Tensor's operators: arithmetic, comparisons, ``t[i]``; ``t += v`` and ``t[i] = v``, which bind it to a new array.

Convention: arithmetic is recorded and takes the fast path; comparisons and bitwise operators look at the numbers and
give tensors that are not tracked, as NumPy's ufuncs of the same do.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from typing import Any, Self, TypeVar

import numpy as np

from .. import core, ops
from ..core import Node, grad_mode, leaving, recording
from ..declare import INNER, OPERATIONS, Late, constant_tensor, explained, incomparable, plain
from ..typing import ArrayLike, Key
from . import fast_paths as fast
from . import views
from .escapes import refuse_steps
from .linear import linear

ndarray = np.ndarray
TRUE, FALSE = core.read_only(np.array(True)), core.read_only(np.array(False))  # faster than to make one each time
new: Any = object.__new__
S = TypeVar("S")


def comparison(compare: Callable[[Any, Any], Any], symbol: str) -> Callable[[Any, Any], Any]:
    """A comparison, or a bitwise operator, of the numbers: it gives a tensor that is not tracked."""
    how = f"t {symbol} u"
    ends = symbol == "=="  # by which a solver asks whether it is done

    def call(self: Any, other: Any) -> Any:
        if ends and self.node is not None and recording.on:
            refuse_steps(sys._getframe(1), how)
        if grad_mode.switches and self.node is not None:
            leaving(self, how)
        other = other._array if isinstance(other, Late.Tensor) else other
        try:
            y = compare(self._array, other)
        except INNER as error:
            raise incomparable(error, how, self, other) from None
        if y.__class__ is not ndarray:
            if y.__class__ is not np.bool_:
                return constant_tensor(y)
            y = TRUE if y else FALSE
        out = new(fast.Tensor)
        out._array = y
        out._family = out.node = None
        return out

    return call


def bitwise(
    function: np.ufunc, compute: Callable[[Any, Any], Any], symbol: str
) -> tuple[Callable[[Any, Any], Any], ...]:
    """``t & u``, ``u & t`` and ``t &= u`` of truth values or integers."""
    return comparison(compute, symbol), comparison(lambda b, a: compute(a, b), symbol), rebinding(function)


def rebinding(function: Any) -> Callable[[S, Any], S]:
    """An in-place operator: the tensor is bound to the result; the array that it held does not change."""

    operation = OPERATIONS.get(function, function)

    def call(self: Any, other: Any) -> Any:
        self._must_not_be_recorded_leaf(f"in-place {function.__name__}")
        y = operation(self, other)
        if y.shape != self._array.shape:
            raise ValueError(
                f"in-place {function.__name__}: the result has shape {y.shape}, the tensor {self._array.shape}. "
                "An in-place operation cannot change the shape: assign the result to a name instead."
            )
        if y.dtype != self._array.dtype:
            if not np.can_cast(y.dtype, self._array.dtype, "same_kind"):
                raise TypeError(
                    f"in-place {function.__name__}: the result is {y.dtype}, the tensor's {self._array.dtype} would "
                    "cut it off: assign the result to a name instead, or make the tensor with a wider dtype."
                )
            y = y.astype(self._array.dtype)
        self._rebind(y)
        return self

    return call


def alone(tensor: Any) -> bool:
    """Is this tensor the only owner of its array, so that it can be changed in place unseen?"""
    return references(tensor) == ALONE > 0 and tensor._array.base is None


def references(holder: Any) -> int:
    return sys.getrefcount(holder._array) if hasattr(sys, "getrefcount") else -1


class Holder:
    """Holds one array and nothing else does."""

    __slots__ = ("_array",)

    def __init__(self, array: Any) -> None:
        self._array = array


ALONE = references(Holder(np.array([0.0])))  # measured, because it varies between Pythons


class Operators:
    """The fields of a Tensor, and Python's operators on them. (``_family`` says what it is a view of: ``views.py``.)"""

    __slots__ = ("_array", "_family", "node")

    _array: Any
    node: Node | None
    _family: Any

    __add__, __radd__ = fast.operator(np.add)
    __sub__, __rsub__ = fast.operator(np.subtract)
    __mul__, __rmul__ = fast.operator(np.multiply)
    __truediv__, __rtruediv__ = fast.operator(np.divide)
    __floordiv__, __rfloordiv__ = fast.operator(np.floor_divide)
    __mod__, __rmod__ = fast.operator(np.remainder)
    __pow__, __rpow__ = fast.operator(np.power)
    __matmul__ = fast.product(ops.linalg.matmul.matmul, np.matmul)
    __neg__ = fast.unary(np.negative)
    __pos__ = fast.unary(np.positive)
    __abs__ = fast.unary(np.absolute)

    __iadd__ = rebinding(np.add)
    __isub__ = rebinding(np.subtract)
    __imul__ = rebinding(np.multiply)
    __itruediv__ = rebinding(np.divide)
    __ifloordiv__ = rebinding(np.floor_divide)
    __imod__ = rebinding(np.remainder)
    __ipow__ = rebinding(np.power)
    __imatmul__ = rebinding(np.matmul)

    __and__, __rand__, __iand__ = bitwise(np.bitwise_and, operator.and_, "&")
    __or__, __ror__, __ior__ = bitwise(np.bitwise_or, operator.or_, "|")
    __xor__, __rxor__, __ixor__ = bitwise(np.bitwise_xor, operator.xor, "^")
    __lshift__, __rlshift__, __ilshift__ = bitwise(np.left_shift, operator.lshift, "<<")
    __rshift__, __rrshift__, __irshift__ = bitwise(np.right_shift, operator.rshift, ">>")

    def __invert__(self) -> Self:
        """``~t``, bit by bit; of truth values or integers."""
        try:
            return constant_tensor(~self._array)
        except TypeError:
            raise TypeError(f"~t takes truth values or integers, not {self._array.dtype}") from None

    def __rmatmul__(self, other: Any) -> Self:
        return ops.linalg.matmul.matmul(other, self)

    def __divmod__(self, other: Any) -> tuple[Self, Self]:
        return self // other, self % other

    def __round__(self, digits: int = 0) -> Self:
        return OPERATIONS[np.round](self, digits)

    __lt__, __le__ = comparison(operator.lt, "<"), comparison(operator.le, "<=")
    __gt__, __ge__ = comparison(operator.gt, ">"), comparison(operator.ge, ">=")
    __eq__, __ne__ = comparison(operator.eq, "=="), comparison(operator.ne, "!=")

    __hash__ = object.__hash__  # by identity: tensors are keys by what they are, not by their numbers

    @fast.as_written(linear(ops.getitem.getitem.function))
    def __getitem__(self, key: Key) -> Self:
        """``t[key]``, differentiable, with all of NumPy's keys."""

    def __setitem__(self, key: Key, value: ArrayLike) -> None:
        """``t[key] = value``, differentiable in both: this handle is bound to a new array, the old one stays.

        Written to a view, as in ``t[0][1] = v`` or ``for row in t: row *= 2``, the value reaches t.
        """
        self._must_not_be_recorded_leaf("assignment to elements")
        if self.node is self._family is None and not (
            isinstance(value, Late.Tensor) and value.node is not None and recording.on
        ):
            array = self._array if alone(self) else self._array.copy()
            try:
                array[plain(key)] = plain(value)
            except INNER as error:
                raise explained(error, "t[key] = value", [("key", key), ("value", value)]) from None
            self._array = array
            return
        self._rebind(ops.setitem.setitem(self, value, key))

    def zero_(self) -> Self:
        """Set all numbers to 0 (a leaf: inside ``no_grad``)."""
        self[...] = 0
        return self

    def _rebind(self, other: Any) -> None:
        """Take over the array and node of a result; a leaf that is changed unrecorded stays a leaf.

        What is written to a view is written to its base, and all its views are taken from that anew.
        """
        if self._family is not None:
            self, other = views.written_base(self, other)
        self._array = other._array if isinstance(other, Late.Tensor) else other
        if recording.on or self.node is None:
            self.node = other.node if isinstance(other, Late.Tensor) else None
        else:
            self.node.annotate().moved = True

    def _must_not_be_recorded_leaf(self, what: str) -> None:
        base = views.base_of(self)
        if base.node is not None and base.node.op is None and recording.on:
            if base is not self:
                raise RuntimeError(
                    f"{what}: this tensor is a view of a leaf that requires a gradient, as the arguments of grad do; "
                    "the leaf would change with it and stop being one. Write t = t + v for a new tensor, take the view "
                    "of a copy, x.copy()[0], or write inside no_grad()."
                )
            raise RuntimeError(
                f"{what}: this tensor is a leaf that requires a gradient, and would stop being one. Write t = t + v "
                "for a new tensor, f(t.copy()) for a function that writes to it, t.data = ... to change its numbers, "
                "or change it inside no_grad()."
            )
