"""An array of another library, as CuPy's: NumPy's protocols, ndarray's methods and operators, and no way to NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin


class Converted(AssertionError):
    """A foreign array was to become one of NumPy's."""


KNOWN: tuple[type, ...] = (np.ndarray, np.generic, int, float, complex, type(None), list, tuple)  # beside its own class


class Mixed(AssertionError):
    """A foreign array met one of NumPy's that somebody made for it."""


class Foreign(NDArrayOperatorsMixin):
    """Numbers that NumPy's functions, called with this array, work on; the results are of this class too."""

    strict = False  # refuse arrays of NumPy's as operands, as CuPy does (whole numbers may be indices)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, numbers: Any) -> None:
        self.numbers = np.asarray(numbers)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise Converted("an array of another library was converted to NumPy's")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        out = kwargs.get("out", ())
        if not all(isinstance(x, KNOWN) for x in inputs):
            return NotImplemented
        if any(isinstance(y, np.ndarray) for y in out):
            raise Converted(f"np.{ufunc.__name__} writes numbers of another library into one of NumPy's arrays")
        if self.strict and meets_numpy((inputs, kwargs)):
            raise Mixed(f"np.{ufunc.__name__}: {ADVICE}")
        y = getattr(ufunc, method)(*own(inputs), **own(kwargs))
        return y if y is None else (out if len(out) > 1 else out[0]) if out else foreign(y)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if not all(issubclass(kind, KNOWN) for kind in types):
            return NotImplemented
        if function is np.copyto and isinstance(args[0], np.ndarray):
            raise Converted("np.copyto writes numbers of another library into one of NumPy's arrays")
        if self.strict and function not in ENTRANCES and meets_numpy((args, kwargs)):
            raise Mixed(f"np.{function.__name__}: {ADVICE}")
        out = kwargs.get("out")
        y = function(*own(args), **own(kwargs))
        return foreign(y) if out is None else out

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("base", "ctypes", "data", "setflags"):
            raise AttributeError(f"an array of another library has no {name!r}")
        found = getattr(self.numbers, name)
        return method(found) if callable(found) else foreign(found)

    @property
    def flags(self) -> Any:
        return SimpleNamespace(c_contiguous=self.numbers.flags.c_contiguous, fnc=self.numbers.flags.fnc)

    def __getitem__(self, key: Any) -> Foreign:
        return Foreign(self.numbers[own(key)])

    def __setitem__(self, key: Any, value: Any) -> None:
        self.numbers[own(key)] = own(value)

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Foreign]:
        return map(Foreign, self.numbers)

    def __contains__(self, value: Any) -> bool:
        return own(value) in self.numbers

    def __bool__(self) -> bool:
        return bool(self.numbers)

    def __int__(self) -> int:
        return int(self.numbers)

    def __index__(self) -> int:
        return self.numbers.__index__()

    def __float__(self) -> float:
        return float(self.numbers)

    def __complex__(self) -> complex:
        return complex(self.numbers)

    def __copy__(self) -> Foreign:
        return Foreign(self.numbers.copy())

    def __deepcopy__(self, memo: Any) -> Foreign:
        return Foreign(self.numbers.copy())

    def __repr__(self) -> str:
        return f"Foreign({self.numbers!r})"


KNOWN = (Foreign, *KNOWN)
ENTRANCES = {np.asarray, np.array, np.ascontiguousarray}  # with like=, these bring an array of NumPy's along
ADVICE = "an array of NumPy's beside one of another library: make it by np.zeros_like(x, ...) or np.eye(n, like=x)"


def meets_numpy(value: Any) -> bool:
    """Is there an array of NumPy's in these arguments, other than indices?"""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, list | tuple):
        return any(map(meets_numpy, value))
    return isinstance(value, np.ndarray) and value.size > 1 and value.dtype.kind not in "iu"


def own(value: Any) -> Any:
    """Arguments with the numbers of foreign arrays in place of these."""
    if isinstance(value, Foreign):
        return value.numbers
    if isinstance(value, list | tuple):
        return type(value)._make(map(own, value)) if hasattr(value, "_make") else type(value)(map(own, value))
    if isinstance(value, dict):
        return {k: own(v) for k, v in value.items()}
    return value


def foreign(value: Any) -> Any:
    """Results with foreign arrays in place of NumPy's arrays and scalars."""
    if isinstance(value, np.ndarray | np.generic):
        return Foreign(value)
    if isinstance(value, list | tuple):
        return type(value)._make(map(foreign, value)) if hasattr(value, "_make") else type(value)(map(foreign, value))
    return value


def method(of_numbers: Callable[..., Any]) -> Callable[..., Any]:
    """A method of ndarray as one of a foreign array."""

    def call(*args: Any, **kwargs: Any) -> Any:
        found = of_numbers(*own(args), **own(kwargs))
        return foreign(found) if of_numbers.__name__ not in ("item", "tolist") else found

    return call
