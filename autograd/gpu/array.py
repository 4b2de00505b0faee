"""Array: an array of CuPy's with all of NumPy's functions that the engine calls.

Convention: it holds CuPy's array as ``own`` and computes by CuPy's functions; what these lack of NumPy's (``where=``,
``initial=``, ``np.maximum.reduce``, ...) is made up for in ``functions`` and ``reductions``. Numbers leave the GPU by
``get()`` alone. An array of NumPy's beside it is refused, but for whole numbers that are indices.
"""

from __future__ import annotations

import functools
import operator
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from .places import apart, at_home, placed, several

__all__ = ["Array", "by_arrays", "entered", "strided", "taken"]

new, ndarray = object.__new__, np.ndarray
CALLS: dict[Any, Any] = {}  # CuPy's ufuncs of one result, by NumPy's; None where there is none
NUMBERS = frozenset([int, float, complex, bool, np.float16, np.float32, np.float64, np.int32, np.int64, np.bool_])
COMPARED = ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")


class Array:
    """An array on a GPU, of the class ``cupy.ndarray`` as ``own``, that NumPy's functions take."""

    __slots__ = ("__weakref__", "own")
    __array_priority__ = 200
    __hash__ = None  # type: ignore[assignment]

    own: Any

    def __init__(self, own: Any) -> None:
        self.own = own

    # ------------------------------------------------ what it is

    shape = property(lambda self: self.own.shape)
    dtype = property(lambda self: self.own.dtype)
    ndim = property(lambda self: self.own.ndim)
    size = property(lambda self: self.own.size)
    strides = property(lambda self: self.own.strides)
    itemsize = property(lambda self: self.own.itemsize)
    nbytes = property(lambda self: self.own.nbytes)
    flags = property(lambda self: self.own.flags)
    T = property(lambda self: entered(self.own.T))
    mT = property(lambda self: entered(self.own.swapaxes(-1, -2)))
    real = property(at_home(lambda self: entered(self.own.real)))
    imag = property(at_home(lambda self: entered(self.own.imag)))
    __cuda_array_interface__ = property(lambda self: self.own.__cuda_array_interface__)

    @property
    def cupy(self) -> Any:
        """The module that made it."""
        return sys.modules["cupy"]

    @property
    def alone(self) -> bool:
        """Does nothing else refer to CuPy's array, nor does it to another's memory? Then it may be written to."""
        return self.own.base is None and sys.getrefcount(self.own) <= 2

    @property
    def device(self) -> str:
        """The GPU, as "cuda:0"."""
        return f"cuda:{self.own.device.id}"

    @at_home
    def get(self) -> Any:
        """The numbers as an array of NumPy's."""
        return self.own.get()

    # ------------------------------------------------ methods, as ndarray has them

    @at_home
    def reshape(self, *shape: Any, order: str = "C") -> Any:
        return entered(self.own.reshape(*shape, order=order))

    def transpose(self, *axes: Any) -> Any:
        return entered(self.own.transpose(*axes))

    def swapaxes(self, first: int, second: int) -> Any:
        return entered(self.own.swapaxes(first, second))

    @at_home
    def astype(
        self, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
    ) -> Any:
        if casting != "unsafe" and not np.can_cast(self.own.dtype, dtype, casting):  # type: ignore[arg-type]
            told = f"from {self.own.dtype!r} to {np.dtype(dtype)!r} according to the rule {casting!r}"
            raise TypeError(f"Cannot cast array data {told}")
        return entered(self.own.astype(dtype, order=order, copy=copy))

    @at_home
    def copy(self, order: str = "C") -> Any:
        return entered(self.own.copy(order=order))

    def view(self, dtype: Any = None) -> Any:
        return entered(self.own.view() if dtype is None else self.own.view(dtype))

    @at_home
    def item(self, *index: int) -> Any:
        return self.own.item(*index)

    @at_home
    def tolist(self) -> Any:
        return self.own.tolist()

    @at_home
    def tobytes(self, order: str = "C") -> bytes:
        return self.own.get().tobytes(order)

    @at_home
    def fill(self, value: Any) -> None:
        self.own.fill(value)

    def __getattr__(self, name: str) -> Any:
        if name in METHODS:  # a function of NumPy's of that name
            return functools.partial(self._by_function, getattr(np, name))
        found = None if name.startswith("__") else getattr(self.own, name, None)
        if not callable(found):
            raise AttributeError(f"an array on a GPU has no {name!r}")
        return functools.partial(self._by_method, found)

    @at_home
    def _by_method(self, found: Any, *args: Any, **options: Any) -> Any:
        return results(found(*map(taken, args), **{k: taken(v) for k, v in options.items()}))

    def _by_function(self, function: Any, *args: Any, **options: Any) -> Any:
        return function(self, *args, **options)

    @at_home
    def __getitem__(self, key: Any) -> Any:
        return entered(self.own[taken(key)])

    @at_home
    def __setitem__(self, key: Any, value: Any) -> None:
        if value.__class__ is ndarray and value.size > 1:
            apart("[...] = values", self, value)
        self.own[taken(key)] = taken(value)

    def __len__(self) -> int:
        return len(self.own)

    def __iter__(self) -> Iterator[Any]:
        return (entered(self.own[i]) for i in range(len(self.own)))

    @at_home
    def __contains__(self, value: Any) -> bool:
        return bool((self.own == taken(value)).any())

    @at_home
    def __bool__(self) -> bool:
        return bool(self.own)

    @at_home
    def __int__(self) -> int:
        return int(self.own)

    @at_home
    def __float__(self) -> float:
        return float(self.own)

    @at_home
    def __complex__(self) -> complex:
        return complex(self.own)

    @at_home
    def __index__(self) -> int:
        return operator.index(self.own.item()) if self.own.ndim == 0 else operator.index(self.own)

    @at_home
    def __copy__(self) -> Any:
        return entered(self.own.copy())

    @at_home
    def __deepcopy__(self, memo: Any) -> Any:
        return entered(self.own.copy())

    def __reduce__(self) -> Any:
        return _again, (self.own.get(), self.device)

    @at_home
    def __repr__(self) -> str:
        return f"{self.own!r} on {self.device}"

    @at_home
    def __format__(self, spec: str) -> str:
        return format(self.own.get() if self.own.ndim else self.own.item(), spec)

    # ------------------------------------------------ NumPy's protocols

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        raise TypeError(f"the numbers are on {self.device}, and NumPy's functions take them from there: t.to('cpu')")

    @at_home
    def __dlpack__(self, **options: Any) -> Any:
        return self.own.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.own.__dlpack_device__()

    @at_home
    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        out = options.get("out", ())
        if several(sys.modules["cupy"]):
            placed(f"np.{ufunc.__name__}", (*inputs, *out))
        if method == "__call__" and not options:  # the common form, in few steps
            call = CALLS[ufunc] if ufunc in CALLS else forms().plain_call(ufunc)
            operands = []
            for x in inputs:
                if x.__class__ is Array:
                    operands.append(x.own)
                elif x.__class__ in NUMBERS:
                    operands.append(x)
            if call is not None and len(operands) == len(inputs):
                return entered(call(*operands))
        operands = []
        for x in inputs:
            kind = x.__class__
            if kind is Array:
                x = x.own
            elif kind is ndarray:
                if x.ndim and not (method in ("at", "reduceat") and x.dtype.kind in "iub"):
                    apart(f"np.{ufunc.__name__}", self, x)
                x = x[()]
            elif kind not in NUMBERS and not isinstance(x, np.generic):
                if hasattr(kind, "__library_call__"):  # it notes what is computed
                    return NotImplemented
                if not hasattr(kind, "__cuda_array_interface__") and method != "at":
                    return NotImplemented
                x = taken(x)
            operands.append(x)
        for y in out:
            if y.__class__ is ndarray:
                apart(f"np.{ufunc.__name__}(out=...)", self, y)
        if out:
            options["out"] = tuple(map(taken, out))
        if "where" in options:
            options["where"] = taken(options["where"])
        found = forms().ufunc(ufunc, method, operands, options)
        if len(out) > 1:
            return tuple(results(y) if given is None else given for y, given in zip(found, out, strict=True))
        return out[0] if out else results(found)

    @at_home
    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        if len(types) > 1 and not all(map(beside, types)):
            return NotImplemented
        found = forms().function(self, function, args, options)
        if options.get("out").__class__ is Array:
            return options["out"]
        return entered(found) if found.__class__ is self.own.__class__ else results(found)


@functools.cache
def beside(kind: type) -> bool:
    """Can arrays of this class stand beside ours in a call? One that notes what is computed takes the call itself."""
    return not hasattr(kind, "__library_call__") and (
        issubclass(kind, Array | ndarray) or hasattr(kind, "__cuda_array_interface__")
    )


def by_arrays(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, called through its first argument where that notes what is computed.

    It is one that does not fail, and whose result has one form, whatever the numbers are.
    """

    @functools.wraps(function)
    def call(x: Any, *args: Any, **options: Any) -> Any:
        if x.__class__ is not Array and x.__class__ is not ndarray and hasattr(x.__class__, "__library_call__"):
            return x.__library_call__(call, x, *args, **options)
        return function(x, *args, **options)

    call.certain = True  # type: ignore[attr-defined]
    return call


@by_arrays
def strided(x: Any, shape: Any, strides: Any) -> Any:
    """A view of an array on a GPU with these strides, in bytes."""
    return entered(x.cupy.lib.stride_tricks.as_strided(x.own, shape, strides))


def entered(own: Any) -> Any:
    """An array of CuPy's as one of ours."""
    x = new(Array)
    x.own = own
    return x


def results(found: Any) -> Any:
    """What a function of CuPy's gave, with ours in place of its arrays."""
    if isinstance(found, list | tuple):
        parts = map(results, found)
        return found._make(parts) if hasattr(found, "_make") else type(found)(parts)
    return (
        entered(found)
        if hasattr(found.__class__, "__cuda_array_interface__") and found.__class__ is not Array
        else found
    )


def taken(value: Any) -> Any:
    """Arguments for a function of CuPy's: its own arrays in place of ours, inside lists, tuples and dicts too."""
    kind = value.__class__
    if kind is Array:
        return value.own
    if kind is tuple or kind is list:
        return kind(map(taken, value))
    if kind is dict:
        return {k: taken(v) for k, v in value.items()}
    if kind is ndarray and not value.ndim:
        return value[()]
    return value


@functools.cache
def forms() -> Any:
    """The functions that do NumPy's work by CuPy's."""
    return sys.modules[f"{__package__}.functions"]


def _again(numbers: Any, device: str) -> Any:
    return sys.modules[f"{__package__}.devices"].moved(numbers, device)


def _operator(name: str, ufunc: Any, kind: str) -> Callable[..., Any]:
    """An operator: of two arrays or a number at once by CuPy's, of anything else by NumPy's rules."""
    plain = getattr(operator, name if name not in ("and", "or") else f"{name}_")

    def call(self: Any, other: Any) -> Any:
        cls = other.__class__
        if cls is Array and self.own.data.device_id == other.own.data.device_id:
            other = other.own
        elif other is None and name in ("eq", "ne"):
            return entered(self.cupy.full(self.own.shape, name == "ne"))
        elif cls not in NUMBERS:
            return ufunc(other, self) if kind == "r" else ufunc(self, other)
        return entered(plain(other, self.own) if kind == "r" else plain(self.own, other))

    def in_place(self: Any, other: Any) -> Any:
        return ufunc(self, other, out=(self,))

    return in_place if kind == "i" else at_home(call)


METHODS = frozenset(
    [
        "all",
        "any",
        "argmax",
        "argmin",
        "argsort",
        "clip",
        "conj",
        "conjugate",
        "cumprod",
        "cumsum",
        "diagonal",
        "dot",
        "max",
        "mean",
        "min",
        "nonzero",
        "prod",
        "ptp",
        "ravel",
        "repeat",
        "round",
        "searchsorted",
        "squeeze",
        "std",
        "sum",
        "take",
        "trace",
        "var",
    ]
)
BINARY = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.true_divide, "floordiv": np.floor_divide,
    "mod": np.remainder, "pow": np.power, "matmul": np.matmul, "and": np.bitwise_and, "or": np.bitwise_or,
    "xor": np.bitwise_xor, "lshift": np.left_shift, "rshift": np.right_shift,
}  # fmt: skip
COMPARISONS = {
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal,
}  # fmt: skip
for _name, _ufunc in BINARY.items():
    for _kind in ("", "r", "i"):
        setattr(Array, f"__{_kind}{_name}__", _operator(_name, _ufunc, _kind))
for _name, _ufunc in COMPARISONS.items():
    setattr(Array, f"__{_name}__", _operator(_name, _ufunc, ""))
for _name, _function in {"neg": operator.neg, "abs": abs, "invert": operator.invert, "pos": operator.pos}.items():
    setattr(Array, f"__{_name}__", at_home(lambda self, function=_function: entered(function(self.own))))
