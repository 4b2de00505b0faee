"""Kernels: loops that numba compiles, one for each dtype, when they are first called; the disk keeps them.

Convention: ``@kernel`` above a function of flat arrays and numbers, whose annotations say what they are. It returns
nothing, and computes from ``start`` to ``end``, so that ``spread`` can share it among threads. ``@helper`` is above a
function that kernels call. In both, numbers with a point, like 0.5, are of the dtype that is compiled for. No fast-math
but the fusing of x y + z into one rounding: NaN, ∞ and signs of 0 are NumPy's. Compiled code is kept beside the file,
or where numba finds a folder that can be written to; where there is none it is compiled again by each program.
"""

from __future__ import annotations

import functools
import sys
import types
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numba
import numpy as np
from numba.core.event import Listener, install_listener

from ..typing import NDArray

__all__ = [
    "KERNELS", "Doubles", "In", "Indices", "Kernel", "Out", "Real", "Truths", "as_real", "compile_kept", "helper",
    "kernel", "total", "uncounted",
]  # fmt: skip

Array: TypeAlias = NDArray[Any]
In: TypeAlias = Array  # of the kernel's dtype, only read
Out: TypeAlias = Array  # of the kernel's dtype
Doubles: TypeAlias = NDArray[np.float64]  # written to
Indices: TypeAlias = NDArray[np.int64]  # only read
Truths: TypeAlias = NDArray[np.bool_]  # only read
Real: TypeAlias = float  # a number of the kernel's dtype

LETTERS = {"f": numba.float32, "d": numba.float64}
REALS: dict[str, Callable[[float], Any]] = {"f": np.float32, "d": np.float64}
FUSED = {"contract"}  # x y + z may be rounded once
OPTIONS = {"error_model": "numpy", "nogil": True, "no_cfunc_wrapper": True}


class Saying(Listener):  # type: ignore[misc]
    """Says on stderr that compiling takes a while, once."""

    said: set[str] = set()  # noqa: RUF012

    def __init__(self, text: str) -> None:
        self.text = text

    def on_start(self, event: Any) -> None:
        if self.text not in self.said:
            self.said.add(self.text)
            print(self.text, file=sys.stderr, flush=True)

    def on_end(self, event: Any) -> None:
        pass


def compile_kept(function: Callable[..., Any], signature: Any, text: str, **options: Any) -> Any:
    """A function compiled: from the disk if it is kept there, else compiled and kept; ``text`` says that it lasts."""
    options = OPTIONS | options
    with install_listener("numba:compile", Saying(text)):
        try:
            return numba.njit(signature, cache=True, **options)(function)
        except RuntimeError as error:
            if "cache" not in str(error):
                raise
            return numba.njit(signature, **options)(function)  # there is no folder to keep it in


def as_real(x: float) -> Any:
    """A number of the kernel's dtype, in kernels and helpers."""
    return x


@functools.cache
def seal(folders: frozenset[Path]) -> int:
    """A number for the text of the kernels in these folders, and of all that they use."""
    files = [path for folder in folders | {Path(__file__).parent} for path in folder.glob("*.py")]
    return zlib.crc32(b"".join([path.read_bytes() for path in sorted(files)]))


class Helper:
    """A function that kernels call, once for each dtype; it becomes part of their loops.

    ``free``  what of fast-math it allows, in numba's words
    """

    def __init__(self, function: Callable[..., Any], free: set[str]) -> None:
        self.functions, self.free = dict.fromkeys(LETTERS, function), free
        self.compiled: dict[tuple[str, bool], Any] = {}
        self.__doc__, self.__name__ = function.__doc__, function.__name__

    def double(self, function: Callable[..., Any]) -> Helper:
        """The function below does it in double precision."""
        self.functions["d"] = function
        return self

    def __call__(self, *numbers: Any) -> Any:
        """What it computes, by Python."""
        return self.functions["d"](*numbers)

    def of(self, letter: str, counting: bool = True) -> Any:
        if (letter, counting) not in self.compiled:
            options = OPTIONS | {"fastmath": self.free, "forceinline": True, "no_cpython_wrapper": True}
            function = clone(self.functions[letter], letter, counting)
            self.compiled[letter, counting] = numba.njit(**options, _nrt=counting)(function)
        return self.compiled[letter, counting]


def clone(function: Any, letter: str, counting: bool, given: dict[str, Helper] | None = None) -> Any:
    """The same function, in which each number with a point, and each helper, is of this dtype.

    ``counting``  is it counted who holds an array?
    ``given``     helpers for names that the function uses
    """
    real, code = REALS[letter], function.__code__
    found = function.__globals__ | (given or {})
    names = {name: found[name] for name in code.co_names if name in found}
    for name, thing in names.items():
        if isinstance(thing, Helper):
            names[name] = thing.of(letter, counting)
        elif isinstance(thing, float):
            names[name] = real(thing)
        elif thing is as_real:
            names[name] = real
    kept = {name: function.__globals__[name] for name in ("__name__", "__file__")}
    code = code.replace(co_consts=tuple(real(c) if isinstance(c, float) else c for c in code.co_consts))
    return types.FunctionType(code, names | kept, function.__name__)


class Kernel:
    """A function for numba, and what it was compiled to, for each dtype that was asked for.

    ``given``     helpers for names that the function uses, which make it a kernel of its own, by ``name``
    ``counting``  does it count who holds an array?
    """

    def __init__(
        self, function: Callable[..., None], name: str = "", counting: bool = True, **given: Helper
    ) -> None:  # fmt: skip
        self.function, self.given = function, given
        self.__doc__, self.__name__ = function.__doc__, name or function.__name__
        self.compiled: dict[str, Callable[..., None]] = {}
        self.counting = counting
        KERNELS.append(self)

    def __getitem__(self, dtype: np.dtype[Any]) -> Callable[..., None]:
        """The compiled function for this dtype."""
        return self.compiled.get(dtype.char) or self._compile(dtype.char)

    def _compile(self, letter: str) -> Callable[..., None]:
        text = "autograd: compiling native kernels, each once (about a second)"
        found = compile_kept(self._sealed(letter), self.signature(letter), text, fastmath=FUSED, _nrt=self.counting)
        self.compiled[letter] = found
        return found

    def _sealed(self, letter: str) -> Any:
        """The function under a name for its file, dtype and text, so that other compiled code is not taken for it."""
        sealed = clone(self.function, letter, self.counting, self.given)
        functions = [self.function, *[helper.functions[letter] for helper in self.given.values()]]
        folders = frozenset(Path(function.__code__.co_filename).parent for function in functions)
        file = Path(self.function.__code__.co_filename).stem
        sealed.__qualname__ = f"{file}_{self.__name__}_{letter}_{seal(folders):08x}"
        return sealed

    def signature(self, letter: str) -> Any:
        """What it takes, in numba's words; arrays that are only read may be frozen ones."""
        real = LETTERS[letter]

        def array(kind: Any, read: bool) -> Any:
            return numba.types.Array(kind, 1, "C", readonly=read)

        kinds = {
            "In": array(real, True), "Out": array(real, False), "Doubles": array(numba.float64, False),
            "Indices": array(numba.int64, True), "Truths": array(numba.boolean, True),
            "Real": real, "float": numba.float64, "int": numba.int64, "bool": numba.boolean,
        }  # fmt: skip
        names = self.function.__annotations__
        return numba.void(*[kinds[names[k]] for k in names if k != "return"])

    def kept(self, letter: str) -> bool:
        """Is it compiled, in this program or on the disk?"""
        if letter in self.compiled:
            return True
        sealed = self._sealed(letter)
        try:
            found = numba.njit(cache=True, **OPTIONS)(sealed)
        except RuntimeError:
            return False
        return any(Path(found.stats.cache_path).glob(f"*{sealed.__qualname__}-*.nbc"))


KERNELS: list[Kernel] = []


def kernel(function: Callable[..., None]) -> Kernel:
    """A function that is compiled for each dtype when it is first called for it."""
    return Kernel(function)


def uncounted(function: Callable[..., None]) -> Kernel:
    """A kernel that does not count who holds an array; it makes none, and copies numbers one by one, never a slice.

    The counts of slices are atomic additions. In loops with branches numba leaves some in, which cost more than a
    short row, most where threads share them: layer normalisation's backward pass takes a quarter less without them.
    """
    return Kernel(function, counting=False)


def helper(function: Callable[..., Any]) -> Helper:
    """A function that kernels of each dtype may call."""
    return Helper(function, FUSED)


def total(function: Callable[..., Any]) -> Helper:
    """A helper that sums up numbers in another order, several at a time; it is the same one in each run."""
    return Helper(function, FUSED | {"reassoc"})
