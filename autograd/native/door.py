"""The door to native kernels: which function has a compiled twin, and whether a call takes it.

Convention: ``@twin("autograd.native.activations:gelu", size=4096)`` above a function of NumPy says where its twin
stands: a function of the same arguments, in a module that imports numba and is imported at the first call that it pays
for. The twin is taken where numba is installed, the first array is large, and all arrays are plain ones of the first
one's dtype, but for those named in ``OTHER``. It may still refuse, by returning NotImplemented. Otherwise NumPy
computes, as for tensors, Values and arrays of another library: it is the truth, and derivatives of higher orders go
through it.
Twins don't tell of overflow and the like: where ``np.errstate`` asks to raise or to call a function, NumPy computes.
CHALKGRAD_NATIVE=0 in the environment switches all twins off.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Callable
from importlib.machinery import PathFinder
from typing import Any, TypeVar

import numpy as np

__all__ = ["FORMS", "TWINS", "Twin", "native_here", "on_gpu", "raising", "twin"]

VARIABLE = "CHALKGRAD_NATIVE"
F = TypeVar("F", bound=Callable[..., Any])
ndarray = np.ndarray
OTHER = {"index": "l", "target": "l", "seen": "?", "inside": "?"}  # arguments that are indices or masks: their dtypes
PROTOCOLS = ("__array_ufunc__", "__array__")
NUMBERS = (bool, int, float, np.floating)
# Where NumPy keeps its state of floating-point errors: this is read in a hundredth of the time of np.geterr
STATE: Any = getattr(getattr(getattr(np, "_core", None), "umath", None), "_extobj_contextvar", None)


def raising() -> bool:
    """Do floating-point errors raise now, or call a function, or print?"""
    return raises(object() if STATE is None else STATE.get())


@functools.lru_cache(maxsize=8)
def raises(state: Any) -> bool:
    """Do they in this state, which is the present one?"""
    return not {"ignore", "warn"}.issuperset(np.geterr().values())


@functools.lru_cache(maxsize=64)
def foreign(kind: type) -> bool:
    """Are things of this class arrays, but not plain ones?"""
    return not issubclass(kind, NUMBERS) and any(hasattr(kind, name) for name in PROTOCOLS)


@functools.cache
def native_here() -> bool:
    """Can native kernels be had: is numba installed, and not switched off? It is not imported for the answer."""
    if os.environ.get(VARIABLE, "") == "0" or os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        return False
    return "numba" in sys.modules or PathFinder.find_spec("numba") is not None


class Twin:
    """A function of NumPy and its compiled twin.

    ``numpy``       the function
    ``either``      what stands in its place, and takes one of both at each call
    ``path``        where its twin stands, as "module:name"
    ``size``        from how many elements on the twin is faster
    ``at``          which argument this is said of, by its place
    ``dtypes``      of the arrays, by their letters
    ``contiguous``  are all arrays C-contiguous? Else the twin sees to their strides
    """

    def __init__(self, numpy: Callable[..., Any], path: str, size: int, dtypes: str, contiguous: bool, at: int) -> None:
        self.numpy, self.path, self.size, self.dtypes = numpy, path, size, dtypes
        self.contiguous, self.at = contiguous, at
        self.name = path.rpartition(":")[2]
        code = getattr(numpy, "__code__", None)
        names = code.co_varnames[: code.co_argcount] if code else ()
        self.other = {k: OTHER[name] for k, name in enumerate(names) if name in OTHER}  # by their places
        self.either = numpy

    @functools.cached_property
    def native(self) -> Callable[..., Any] | None:
        """The twin itself; None if there is none to be had here."""
        if not native_here():
            return None
        module, _, name = self.path.partition(":")
        try:
            twin: Callable[..., Any] = getattr(importlib.import_module(module), name)
        except ImportError as error:  # numba is broken, or does not fit this NumPy
            print(f"autograd: NumPy computes, since numba cannot be imported: {error}", file=sys.stderr)
            return None
        return twin

    def fits(self, x: ndarray, given: tuple[Any, ...]) -> bool:
        """Can the twin be given these arguments? The size of x among them is seen to."""
        if x.dtype.char not in self.dtypes:
            return False
        for k, value in enumerate(given):
            if value.__class__ is ndarray:
                dtype, flags = value.dtype, value.flags
                if dtype is not x.dtype and dtype != x.dtype and dtype.char not in self.other.get(k, ()):
                    return False
                if not dtype.isnative:
                    return False
                if not flags.aligned or (self.contiguous and not flags.c_contiguous):
                    return False
            elif foreign(value.__class__):
                return False
        return x.dtype.isnative and not raising() and self.native is not None

    def __repr__(self) -> str:
        return f"Twin({self.path!r}, {self.size}, {self.dtypes!r})"


TWINS: dict[str, Twin] = {}  # by the path of the twin


def twin(path: str, size: int, dtypes: str = "fd", contiguous: bool = True, at: int = 0) -> Callable[[F], F]:
    """Give the function of NumPy below a compiled twin; see ``Twin``."""

    def give(function: F) -> F:
        pair = TWINS[path] = Twin(function, path, size, dtypes, contiguous, at)

        @functools.wraps(function)
        def either(*args: Any, **options: Any) -> Any:
            x = args[at] if len(args) > at else None
            if x.__class__ is ndarray and x.size >= pair.size and pair.fits(x, (*args, *options.values())):
                y = pair.native(*args, **options)  # type: ignore[misc]
                if y is not NotImplemented:
                    return y
            return function(*args, **options)

        pair.either = either
        return either  # type: ignore[return-value]

    return give


FORMS: dict[str, Callable[..., Any]] = {}  # the functions of NumPy that have a form for a GPU, by its path


def on_gpu(path: str, at: int = 0) -> Callable[[F], F]:
    """Give the function of NumPy below a form for arrays on a GPU: the function of the same arguments at ``path``.

    ``at`` is the place of the argument that tells. The form may refuse, by returning NotImplemented: then the function
    of NumPy computes, by CuPy's functions of the same names.
    """

    def give(function: F) -> F:
        module, _, name = path.partition(":")
        FORMS[path] = function
        pair = next((p for p in TWINS.values() if p.either is function and p.at == at), None)

        @functools.wraps(function)
        def either(*args: Any, **options: Any) -> Any:
            x: Any = args[at] if len(args) > at else None
            kind = x.__class__
            if kind is ndarray:
                if pair is not None and x.size < pair.size:  # too small for the twin: past its door as well
                    return pair.numpy(*args, **options)
            elif hasattr(kind, "__cuda_array_interface__"):
                y = getattr(importlib.import_module(module), name)(*args, **options)
                if y is not NotImplemented:
                    return y
            return function(*args, **options)

        return either  # type: ignore[return-value]

    return give
