# mypy: disable-error-code="empty-body"
"""The methods that a Tensor shares with ndarray, with NumPy's arguments.

Convention: ``@calls(f)`` calls the operation declared for f, ``@straight(f)`` does it on the fast path, and
``@constant(f)`` looks at the numbers only: it gives a plain array or, if f is a ufunc, a tensor that is
not tracked. Below them stand signature and docstring.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, Literal, Self

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from .. import ops
from ..core import grad_mode, leaving, recording
from ..declare import NUMBERS, OPERATIONS, Late, Operation, constant_tensor, in_numpys_words, plain
from ..typing import ArrayLike, Axis, DTypeLike, NDArray, Shape
from . import fast_paths as fast
from .compiled_steps import Unmade
from .fast_paths import F, as_written
from .linear import linear
from .operators import Operators


def method(function: Any) -> Callable[..., Any]:
    """A method that calls the operation declared for a function: ``t.arctan2(u)`` for ``np.arctan2(t, u)``."""
    return fast.generic(OPERATIONS[function])


def calls(function: Any) -> Callable[[F], F]:
    """The method below calls the operation declared for a function: ``t.max(0)`` is ``np.max(t, 0)``."""
    return as_written(method(function))


def straight(function: Any) -> Callable[[F], F]:
    """The same on the fast path, for linear functions."""
    return as_written(linear(function))


def constant(function: Any) -> Callable[[F], F]:
    """The method below, of the numbers only: its result does not vary smoothly. A ufunc's is a tensor."""

    how = f"t.{function.__name__}()"
    made = constant_tensor if isinstance(function, np.ufunc) else lambda y: y

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if grad_mode.switches and self.node is not None:
            leaving(self, how)
        return made(function(self._array, *plain(args), **in_numpys_words(function.__name__, plain(kwargs))))

    return as_written(call)


def _compress(x: Any, condition: Any, axis: Any = None) -> Any:
    return OPERATIONS[np.compress](condition, x, axis)


class ArrayMethods(Operators, ops.activation.Methods):
    """What makes a Tensor look like an array. It has no fields of its own."""

    __slots__ = ()

    @property
    def shape(self) -> Shape:
        """The length of each axis."""
        return self._array.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its numbers."""
        return self._array.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._array.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._array.size

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self._array.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
        return self._array.nbytes

    @property
    def T(self) -> Self:
        """The transpose: axes in reversed order."""
        return OPERATIONS[np.transpose](self)

    @property
    def mT(self) -> Self:
        """The transpose of the last two axes."""
        return OPERATIONS[np.swapaxes](self, -1, -2)

    @property
    def real(self) -> Self:
        """The real part."""
        return OPERATIONS[np.real](self)

    @property
    def imag(self) -> Self:
        """The imaginary part."""
        return OPERATIONS[np.imag](self)

    # ------------------------------------------------ element by element

    exp, exp2, expm1 = fast.unary(np.exp), fast.unary(np.exp2), fast.unary(np.expm1)
    log, log2, log10, log1p = fast.unary(np.log), fast.unary(np.log2), fast.unary(np.log10), fast.unary(np.log1p)
    sqrt, cbrt, square = fast.unary(np.sqrt), fast.unary(np.cbrt), fast.unary(np.square)
    reciprocal, abs, absolute = fast.unary(np.reciprocal), fast.unary(np.absolute), fast.unary(np.absolute)
    sin, cos, tan = fast.unary(np.sin), fast.unary(np.cos), fast.unary(np.tan)
    arcsin, arccos, arctan = fast.unary(np.arcsin), fast.unary(np.arccos), fast.unary(np.arctan)
    sinh, cosh, tanh = fast.unary(np.sinh), fast.unary(np.cosh), fast.unary(np.tanh)
    arcsinh, arccosh, arctanh = fast.unary(np.arcsinh), fast.unary(np.arccosh), fast.unary(np.arctanh)
    sign, floor, ceil, trunc = method(np.sign), method(np.floor), method(np.ceil), method(np.trunc)
    conj, conjugate = method(np.conjugate), method(np.conjugate)
    erf = fast.unary(ops.special.erf.erf)

    @calls(np.round)
    def round(self, decimals: int = 0) -> Self:
        """Rounded to so many decimals; the derivative is 0."""

    @calls(np.clip)
    def clip(self, a_min: ArrayLike | None = None, a_max: ArrayLike | None = None) -> Self:
        """min(max(t, a_min), a_max); None leaves an end open."""

    @calls(np.arctan2)
    def arctan2(self, other: ArrayLike) -> Self:
        """The angle of the point (other, t)."""

    @calls(np.hypot)
    def hypot(self, other: ArrayLike) -> Self:
        """√(t² + other²)."""

    @calls(np.power)
    def pow(self, exponent: ArrayLike) -> Self:
        """t ** exponent."""

    @calls(np.maximum)
    def maximum(self, other: ArrayLike) -> Self:
        """The larger of both; equal ones share the gradient."""

    @calls(np.minimum)
    def minimum(self, other: ArrayLike) -> Self:
        """The smaller of both; equal ones share the gradient."""

    # ------------------------------------------------ over axes

    @straight(np.sum)
    def sum(self, axis: Axis = None, dtype: DTypeLike | None = None, out: None = None, keepdims: bool = False) -> Self:
        """Σ t over all axes, or over ``axis``: one or several, counted from the end where negative.

        ``dtype`` is the type to sum in, ``keepdims`` leaves the summed axes in place with length 1, and ``out`` only
        keeps its place in NumPy's order of arguments.
        """

    @straight(np.mean)
    def mean(self, axis: Axis = None, dtype: DTypeLike | None = None, out: None = None, keepdims: bool = False) -> Self:
        """Σ t / n over all axes, or over ``axis``."""

    @calls(np.prod)
    def prod(self, axis: Axis = None, dtype: DTypeLike | None = None, out: None = None, keepdims: bool = False) -> Self:
        """The product over all axes, or over ``axis``."""

    @calls(np.max)
    def max(self, axis: Axis = None, out: None = None, keepdims: bool = False) -> Self:
        """The largest over all axes, or over ``axis``; equal ones share the gradient."""

    @calls(np.min)
    def min(self, axis: Axis = None, out: None = None, keepdims: bool = False) -> Self:
        """The smallest over all axes, or over ``axis``; equal ones share the gradient."""

    @calls(np.ptp)
    def ptp(self, axis: Axis = None, out: None = None, keepdims: bool = False) -> Self:
        """The largest less the smallest."""

    @calls(np.var)
    def var(
        self, axis: Axis = None, dtype: DTypeLike | None = None, out: None = None, ddof: float = 0,
        keepdims: bool = False,
    ) -> Self:  # fmt: skip
        """The variance Σ (t - mean)² / (n - ddof)."""

    @calls(np.std)
    def std(
        self, axis: Axis = None, dtype: DTypeLike | None = None, out: None = None, ddof: float = 0,
        keepdims: bool = False,
    ) -> Self:  # fmt: skip
        """The standard deviation, √ of the variance."""

    @calls(np.cumsum)
    def cumsum(self, axis: int | None = None, dtype: DTypeLike | None = None) -> Self:
        """Running sums along an axis; of the flattened tensor if it is None."""

    @calls(np.cumprod)
    def cumprod(self, axis: int | None = None, dtype: DTypeLike | None = None) -> Self:
        """Running products along an axis; of the flattened tensor if it is None."""

    @calls(np.linalg.norm)
    def norm(self, ord: float | Literal["fro", "nuc"] | None = None, axis: Axis = None, keepdims: bool = False) -> Self:
        """A norm of vectors or matrices; √(Σ |t|²) unless ``ord`` says otherwise; ``axis``, ``keepdims`` as NumPy's."""

    # ------------------------------------------------ other shapes

    @calls(np.ravel)
    def ravel(self, order: Literal["C", "F", "A", "K"] = "C") -> Self:
        """All elements in a row."""

    @calls(np.squeeze)
    def squeeze(self, axis: Axis = None) -> Self:
        """Without its axes of length 1, or without ``axis``."""

    @calls(np.swapaxes)
    def swapaxes(self, axis1: int, axis2: int) -> Self:
        """Two axes exchanged."""

    @calls(np.moveaxis)
    def moveaxis(self, source: int | Sequence[int], destination: int | Sequence[int]) -> Self:
        """Axes moved to other places; the rest keep their order."""

    @calls(np.expand_dims)
    def expand_dims(self, axis: int | Sequence[int]) -> Self:
        """With new axes of length 1."""

    @calls(np.broadcast_to)
    def broadcast_to(self, shape: int | Shape) -> Self:
        """Repeated along axes of length 1 and new ones in front, to this shape."""

    @calls(np.repeat)
    def repeat(self, repeats: int | ArrayLike, axis: int | None = None) -> Self:
        """Each element several times."""

    @calls(np.tile)
    def tile(self, reps: int | Sequence[int]) -> Self:
        """The whole tensor several times along each axis."""

    @calls(np.roll)
    def roll(self, shift: int | Sequence[int], axis: Axis = None) -> Self:
        """Shifted along axes; what leaves at one end comes in at the other."""

    @calls(np.flip)
    def flip(self, axis: Axis = None) -> Self:
        """In reversed order along axes."""

    @calls(np.diagonal)
    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Self:
        """The diagonals of matrices."""

    @calls(np.trace)
    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: DTypeLike | None = None) -> Self:
        """The sums of the diagonals of matrices."""

    @calls(np.take)
    def take(
        self, indices: ArrayLike, axis: int | None = None, out: None = None,
        mode: Literal["raise", "wrap", "clip"] = "raise",
    ) -> Self:  # fmt: skip
        """The elements at these indices, along an axis or of the flattened tensor."""

    @calls(np.tril)
    def tril(self, k: int = 0) -> Self:
        """0 above the k-th diagonal."""

    @calls(np.triu)
    def triu(self, k: int = 0) -> Self:
        """0 below the k-th diagonal."""

    @calls(np.dot)
    def dot(self, b: ArrayLike) -> Self:
        """Σ over the last axis of t and the second-last of b."""

    @calls(np.matmul)
    def matmul(self, b: ArrayLike) -> Self:
        """t @ b."""

    # ------------------------------------------------ the numbers only

    @constant(np.argmax)
    def argmax(self, axis: int | None = None, out: None = None, *, keepdims: bool = False) -> Any:
        """Where the largest element is: an index of the flattened tensor, or indices along an axis."""

    @constant(np.argmin)
    def argmin(self, axis: int | None = None, out: None = None, *, keepdims: bool = False) -> Any:
        """Where the smallest element is: an index of the flattened tensor, or indices along an axis."""

    @constant(np.argsort)
    def argsort(self, axis: int | None = -1) -> NDArray[np.intp]:
        """The indices that would sort it along an axis."""

    @constant(np.any)
    def any(self, axis: Axis = None, out: None = None, keepdims: bool = False) -> Any:
        """Is any element not 0?"""

    @constant(np.all)
    def all(self, axis: Axis = None, out: None = None, keepdims: bool = False) -> Any:
        """Are all elements not 0?"""

    @constant(np.nonzero)
    def nonzero(self) -> tuple[NDArray[np.intp], ...]:
        """The indices of the elements that are not 0, an array for each axis."""

    @constant(np.isnan)
    def isnan(self) -> Self:
        """Which elements are NaN?"""

    @constant(np.isfinite)
    def isfinite(self) -> Self:
        """Which elements are neither NaN nor infinite?"""

    @constant(np.isinf)
    def isinf(self) -> Self:
        """Which elements are infinite?"""

    @as_written(fast.generic(_compress))
    def compress(self, condition: ArrayLike, axis: int | None = None) -> Self:
        """The elements where the condition is true, along an axis or of the flattened tensor."""

    @calls(np.sort)
    def sort(self, axis: int | None = -1) -> Self:
        """A sorted copy. (ndarray's ``sort`` works in place.)"""

    def flatten(
        self, start_dim: int | Literal["C", "F", "A", "K"] = 0, end_dim: int = -1, *,
        order: Literal["C", "F", "A", "K"] = "C",
    ) -> Self:  # fmt: skip
        """A copy with all elements in a row, or with the axes from ``start_dim`` to ``end_dim`` made one.

        ``flatten("F")`` and ``order=`` are NumPy's, ``flatten(1)`` is PyTorch's: (2, 3, 4) becomes (2, 12).
        """
        if isinstance(start_dim, str):
            order, start_dim = start_dim, 0
        shape = self._array.shape
        first, last = [normalize_axis_index(k, max(len(shape), 1)) for k in (start_dim, end_dim)]
        if first > last or (order != "C" and last - first + 1 < len(shape)):
            raise ValueError(
                f"flatten({start_dim}, {end_dim}, order={order!r}) of shape {shape}: the first axis must not come "
                "after the last, and an order goes with all axes"
            )
        if last - first + 1 >= len(shape):
            y = OPERATIONS[np.ravel](self, order)
        else:
            y = OPERATIONS[np.reshape](self, (*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :]))
        return Late.of(y._array, y.node)  # whose elements are its own: no view

    def reshape(self, *shape: int | Sequence[int], order: Literal["C", "F", "A"] = "C") -> Self:
        """``reshape(2, -1)`` or ``reshape((2, -1))``."""
        wanted = shape[0] if len(shape) == 1 else shape
        return (
            OPERATIONS[np.reshape](self, wanted) if order == "C" else OPERATIONS[np.reshape](self, wanted, order=order)
        )

    def transpose(self, *axes: int | Sequence[int] | None) -> Self:
        """``transpose()`` reverses the axes; ``transpose(1, 0, 2)`` or ``transpose((1, 0, 2))`` orders them."""
        return OPERATIONS[np.transpose](self, axes[0] if len(axes) == 1 else axes or None)

    permute = transpose

    def astype(
        self, dtype: DTypeLike, order: str = "K", casting: Any = "unsafe", subok: bool = True, copy: bool = True
    ) -> Self:
        """The same numbers in another dtype; differentiable between floating and complex ones.

        ``casting`` is NumPy's; without ``copy`` a tensor that has the dtype already is returned itself; ``order`` and
        ``subok`` change nothing here.
        """
        try:
            dtype = np.dtype(dtype)
        except (TypeError, ValueError) as error:
            raise TypeError(f"astype: a dtype is one such as np.float32, got {dtype!r:.60}") from error
        if dtype.kind not in NUMBERS:
            raise TypeError(f"astype: a tensor holds numbers, not {dtype}; write t.data.astype(...) for such an array")
        if casting != "unsafe" and not np.can_cast(self._array.dtype, dtype, casting):
            raise TypeError(f"astype: {self._array.dtype} is not cast to {dtype} by casting={casting!r}")
        if not copy and self._array.dtype == dtype:
            return self
        if dtype.kind not in "fc" or self.node is None or not recording.on:
            if self.node is not None:
                leaving(self, f"t.astype({dtype})" if recording.on else "no_grad()")
            return Late.of(self._array.astype(dtype), None)
        return ops.copy.cast(self, dtype)

    def add_(self, other: ArrayLike) -> Self:
        """``t += other``."""
        self += other
        return self


def activation_method(activation: Operation) -> Any:
    """The method that calls an activation."""
    alone = len(activation.params) == 1  # takes no options
    call: Any = fast.compiled_unary(activation.function) if alone else fast.generic(activation)
    call.__wrapped__, call.__doc__ = activation.function, activation.__doc__
    return call


for activation in ops.activation.ACTIVATIONS.values():
    Unmade(functools.partial(activation_method, activation)).stand(ArrayMethods, activation.name)
