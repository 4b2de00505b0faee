"""What a Tensor does like an ndarray: Python's operators and the methods that people reach for first.

Convention: the frequent ones come from ``fast.py``; ``method(f)`` calls the operation declared for f, and
``constant(f)`` looks at the numbers only and gives a plain array.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import ops
from ..core import Node, recording
from ..declare import OPERATIONS, Late, cast, plain
from . import fast


def method(function: Any) -> Callable[..., Any]:
    """A method that calls the operation declared for a function: ``t.max(0)`` for ``np.max(t, 0)``."""
    return fast.generic(OPERATIONS[function])


def constant(function: Any) -> Callable[..., Any]:
    """A method that looks at the numbers only: its result does not vary smoothly with them."""

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        return function(self._array, *plain(args), **plain(kwargs))

    call.__name__ = function.__name__
    call.__doc__ = f"``{call.__name__}`` of this tensor's numbers, with NumPy's arguments; an array, no derivative."
    return call


def comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A comparison looks at the numbers only and gives a plain array of truth values."""

    def call(self: Any, other: Any) -> Any:
        return compare(self._array, other._array if isinstance(other, Late.Tensor) else other)

    return call


def rebinding(function: Any) -> Callable[[Any, Any], Any]:
    """An in-place operator: the handle is bound to the result, the array it held stays as it was."""

    def call(self: Any, other: Any) -> Any:
        self._must_not_be_recorded_leaf(f"in-place {function.__name__}")
        y = OPERATIONS[function](self, other)
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


class ArrayMethods(ops.activation.Methods):
    """The array's face of a Tensor; of its own it holds nothing."""

    __slots__ = ()

    _array: Any
    node: Node | None

    shape = property(lambda self: self._array.shape, doc="The length of each axis.")
    dtype = property(lambda self: self._array.dtype, doc="The type of its numbers.")
    ndim = property(lambda self: self._array.ndim, doc="The number of axes.")
    size = property(lambda self: self._array.size, doc="The number of elements.")
    itemsize = property(lambda self: self._array.itemsize, doc="Bytes of one element.")
    nbytes = property(lambda self: self._array.nbytes, doc="Bytes of all elements.")
    T = property(lambda self: OPERATIONS[np.transpose](self), doc="The transpose: axes in reversed order.")
    mT = property(lambda self: OPERATIONS[np.swapaxes](self, -1, -2), doc="The transpose of the last two axes.")
    real = property(lambda self: OPERATIONS[np.real](self), doc="The real part.")
    imag = property(lambda self: OPERATIONS[np.imag](self), doc="The imaginary part.")

    # ------------------------------------------------ operators

    __add__, __radd__ = fast.operator(np.add)
    __sub__, __rsub__ = fast.operator(np.subtract)
    __mul__, __rmul__ = fast.operator(np.multiply)
    __truediv__, __rtruediv__ = fast.operator(np.divide)
    __floordiv__, __rfloordiv__ = fast.operator(np.floor_divide)
    __mod__, __rmod__ = fast.operator(np.remainder)
    __pow__, __rpow__ = fast.operator(np.power)
    __matmul__ = fast.product(ops.linalg.matmul.matmul, np.matmul)
    __neg__ = fast.unary(np.negative)
    __abs__ = fast.unary(np.absolute)

    __iadd__ = rebinding(np.add)
    __isub__ = rebinding(np.subtract)
    __imul__ = rebinding(np.multiply)
    __itruediv__ = rebinding(np.divide)
    __ifloordiv__ = rebinding(np.floor_divide)
    __imod__ = rebinding(np.remainder)
    __ipow__ = rebinding(np.power)
    __imatmul__ = rebinding(np.matmul)

    def __rmatmul__(self, other: Any) -> Any:
        return ops.linalg.matmul.matmul(other, self)

    def __pos__(self) -> Any:
        return self

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        return self // other, self % other

    def __round__(self, digits: int = 0) -> Any:
        return OPERATIONS[np.round](self, digits)

    __lt__, __le__ = comparison(operator.lt), comparison(operator.le)
    __gt__, __ge__ = comparison(operator.gt), comparison(operator.ge)
    __eq__, __ne__ = comparison(operator.eq), comparison(operator.ne)

    __hash__ = object.__hash__  # by identity: tensors are keys by which they are, not by their numbers

    __getitem__ = fast.linear("getitem")

    # ------------------------------------------------ methods

    exp, exp2, expm1 = fast.unary(np.exp), fast.unary(np.exp2), fast.unary(np.expm1)
    log, log2, log10, log1p = fast.unary(np.log), fast.unary(np.log2), fast.unary(np.log10), fast.unary(np.log1p)
    sqrt, cbrt, square = fast.unary(np.sqrt), fast.unary(np.cbrt), fast.unary(np.square)
    reciprocal, abs, absolute = fast.unary(np.reciprocal), fast.unary(np.absolute), fast.unary(np.absolute)
    sin, cos, tan = fast.unary(np.sin), fast.unary(np.cos), fast.unary(np.tan)
    arcsin, arccos, arctan = fast.unary(np.arcsin), fast.unary(np.arccos), fast.unary(np.arctan)
    sinh, cosh, tanh = fast.unary(np.sinh), fast.unary(np.cosh), fast.unary(np.tanh)
    arcsinh, arccosh, arctanh = fast.unary(np.arcsinh), fast.unary(np.arccosh), fast.unary(np.arctanh)
    sign, floor, ceil, trunc = method(np.sign), method(np.floor), method(np.ceil), method(np.trunc)
    round, clip, conj, conjugate = method(np.round), method(np.clip), method(np.conjugate), method(np.conjugate)
    arctan2, hypot, pow = method(np.arctan2), method(np.hypot), method(np.power)
    maximum, minimum = method(np.maximum), method(np.minimum)
    erf = fast.unary(ops.special.erf.erf)

    sum, mean, prod = fast.linear(np.sum), fast.linear(np.mean), method(np.prod)
    max, min, ptp = method(np.max), method(np.min), method(np.ptp)
    var, std, cumsum, cumprod = method(np.var), method(np.std), method(np.cumsum), method(np.cumprod)
    norm = method(np.linalg.norm)

    ravel, flatten, squeeze = method(np.ravel), method(np.ravel), method(np.squeeze)
    swapaxes, moveaxis, expand_dims = method(np.swapaxes), method(np.moveaxis), method(np.expand_dims)
    broadcast_to, repeat, tile = method(np.broadcast_to), method(np.repeat), method(np.tile)
    roll, flip, diagonal, trace = method(np.roll), method(np.flip), method(np.diagonal), method(np.trace)
    take, compress, tril, triu = method(np.take), method(np.compress), method(np.tril), method(np.triu)
    dot, matmul = method(np.dot), method(np.matmul)

    argmax, argmin, argsort = constant(np.argmax), constant(np.argmin), constant(np.argsort)
    any, all, nonzero = constant(np.any), constant(np.all), constant(np.nonzero)
    isnan, isfinite, isinf = constant(np.isnan), constant(np.isfinite), constant(np.isinf)

    def reshape(self, *shape: Any, order: str = "C") -> Any:
        """``reshape(2, -1)`` or ``reshape((2, -1))``."""
        wanted = shape[0] if len(shape) == 1 else shape
        return (
            OPERATIONS[np.reshape](self, wanted) if order == "C" else OPERATIONS[np.reshape](self, wanted, order=order)
        )

    def transpose(self, *axes: Any) -> Any:
        """``transpose()`` reverses the axes; ``transpose(1, 0, 2)`` or ``transpose((1, 0, 2))`` orders them."""
        return OPERATIONS[np.transpose](self, axes[0] if len(axes) == 1 else axes or None)

    permute = transpose

    def astype(self, dtype: Any) -> Any:
        """The same numbers in another dtype; differentiable between floating and complex ones."""
        dtype = np.dtype(dtype)
        if dtype.kind not in "fc" or self.node is None or not recording.on:
            return Late.of(self._array.astype(dtype), None)
        return cast(self, dtype)

    def sort(self, axis: int = -1) -> Any:
        """A sorted copy (ndarray's ``sort`` would overwrite its array)."""
        return OPERATIONS[np.sort](self, axis)

    def add_(self: Any, other: Any) -> Any:
        """``t += other``."""
        self += other
        return self

    def zero_(self: Any) -> Any:
        """Set all numbers to 0 (a leaf: inside ``no_grad``)."""
        self[...] = 0
        return self


for activation in ops.activation.ACTIVATIONS.values():
    alone = len(activation.params) == 1  # takes no options
    call: Any = fast.unary(activation.function) if alone else fast.generic(activation)
    call.__wrapped__, call.__doc__ = activation.function, activation.__doc__
    setattr(ArrayMethods, activation.name, call)
