"""A case: one call of a function of the array API standard, with what the standard says of its result.

Convention: a case is plain data, NumPy arrays and Python numbers, and is asked of a namespace: arrays among the
arguments become arrays of the namespace, dtypes its dtypes. ``gives`` is computed plainly, not by the function itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """``of`` makes one array of the results, where these are not determined; ``exact`` counts the sign of a 0, too.

    ``smooth`` says that the result has a derivative with respect to the floating arrays among the arguments, if there
    are some and it is floating itself; ``loud`` is what the error says where a tracked array is refused.
    """

    name: str
    args: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)
    gives: Any = None
    of: Callable[..., Any] | None = None
    label: str = ""
    exact: bool = False
    smooth: bool = True
    loud: str = ""
    call: Callable[..., Any] | None = None  # of the namespace and the arguments, where it is not the function itself

    def __str__(self) -> str:
        kinds = ", ".join(str(a.dtype) if isinstance(a, np.ndarray) else repr(a)[:20] for a in self.args)
        return f"{self.name}({kinds})" + (f" {self.label}" if self.label else "")

    def run(self, xp: Any, args: tuple[Any, ...]) -> Any:
        options = {name: given(xp, value) for name, value in self.options.items()}
        if self.call is not None:
            return self.call(xp, *args, **options)
        return find(xp, self.name)(*args, **options)

    def fault(self, xp: Any) -> str:
        """What is wrong with the answer of a namespace; "" if it is right."""
        try:
            with np.errstate(all="ignore"):
                y = self.run(xp, tuple(given(xp, a) for a in self.args))
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return self.unlike(xp, y)

    def unlike(self, xp: Any, y: Any) -> str:
        """How an answer differs from what is wanted."""
        try:
            return unlike(xp, y, self.gives, self.exact, self.of)
        except Exception as error:
            return f"{type(error).__name__}: {error}"


def find(xp: Any, name: str) -> Any:
    """The function of a dotted name."""
    for part in name.split("."):
        xp = getattr(xp, part)
    return xp


def given(xp: Any, value: Any) -> Any:
    """An argument as the namespace takes it."""
    if isinstance(value, np.ndarray):
        return xp.asarray(value.copy())
    if isinstance(value, np.dtype):
        return getattr(xp, value.name)
    if isinstance(value, list | tuple):
        return type(value)(given(xp, v) for v in value)
    return value


def numbers(y: Any) -> Any:
    """Arrays of a namespace, also in tuples, as NumPy's."""
    if isinstance(y, list | tuple):
        return [numbers(v) for v in y]
    return np.asarray(y.detach()) if hasattr(y, "detach") else np.asarray(y)


def unlike(xp: Any, y: Any, wanted: Any, exact: bool, of: Callable[..., Any] | None = None) -> str:
    """How a result differs from what is wanted: kind, dtype, shape or numbers."""
    if of is not None:
        return unlike_array(np.asarray(of(*numbers(y)) if isinstance(y, tuple) else of(numbers(y))), wanted, exact)
    if isinstance(wanted, list | tuple):
        if not isinstance(y, list | tuple) or len(y) != len(wanted):
            return f"{len(wanted)} results are wanted, got {y!r}"
        return next((fault for v, w in zip(y, wanted, strict=True) if (fault := unlike(xp, v, w, exact))), "")
    if not isinstance(wanted, np.ndarray):
        if isinstance(wanted, np.generic):
            raise TypeError(f"{wanted!r}: an array is wanted of the table")
        return "" if isinstance(y, type(wanted)) and y == wanted else f"{wanted!r} is wanted, got {y!r}"
    if not hasattr(y, "__array_namespace__") or y.__array_namespace__() is not xp:
        return f"no array of {xp.__name__}, but {type(y).__name__}"
    if y.dtype != getattr(xp, wanted.dtype.name):
        return f"dtype {wanted.dtype} is wanted, got {y.dtype}"
    return unlike_array(numbers(y), wanted, exact)


def unlike_array(y: Any, wanted: Any, exact: bool) -> str:
    if y.shape != wanted.shape:
        return f"shape {wanted.shape} is wanted, got {y.shape}"
    if wanted.dtype.kind in "fc" and not exact:
        single = wanted.dtype.itemsize <= (4 if wanted.dtype.kind == "f" else 8)
        tolerance = 2e-5 if single else 1e-11
        same = np.allclose(y, wanted, rtol=tolerance, atol=tolerance, equal_nan=True)
    else:
        same = np.array_equal(y, wanted, equal_nan=wanted.dtype.kind in "fc")
        if same and exact and wanted.dtype.kind == "f":
            zero = wanted == 0
            same = np.array_equal(np.signbit(y[zero]), np.signbit(wanted[zero]))
        elif same and exact and wanted.dtype.kind == "c":
            return unlike_array(y.real, wanted.real, True) or unlike_array(y.imag, wanted.imag, True)
    return "" if same else f"{wanted.tolist()} is wanted, got {np.asarray(y).tolist()}"


def case(name: str, *args: Any, gives: Any, **options: Any) -> Case:
    """A case; what is no field of it is an argument of the function by name."""
    own = {key: options.pop(key) for key in ("of", "label", "exact", "smooth", "loud", "call") if key in options}
    return Case(name, args, options, gives, **own)
