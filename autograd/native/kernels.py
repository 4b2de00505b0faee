"""Kernels: loops that numba compiles, one for each dtype, when they are first called; the disk keeps them.

Convention: ``@kernel`` above a function of flat arrays and numbers, whose annotations say what they are. It returns
nothing, and computes from ``start`` to ``end``, so that ``spread`` can share it among threads. No fast-math but the
fusing of x y + z into one rounding: NaN, ∞ and signs of 0 are NumPy's. Compiled code is kept beside the file, or where
numba finds a folder that can be written to; where there is none it is compiled again by each program.
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

__all__ = ["KERNELS", "Doubles", "In", "Indices", "Kernel", "Out", "Real", "Truths", "compile_kept", "kernel"]

Array: TypeAlias = NDArray[Any]
In: TypeAlias = Array  # of the kernel's dtype, only read
Out: TypeAlias = Array  # of the kernel's dtype
Doubles: TypeAlias = NDArray[np.float64]  # written to
Indices: TypeAlias = NDArray[np.int64]  # only read
Truths: TypeAlias = NDArray[np.bool_]  # only read
Real: TypeAlias = float  # a number of the kernel's dtype

LETTERS = {"f": numba.float32, "d": numba.float64}
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


@functools.cache
def seal(folder: Path) -> int:
    """A number for the text of these kernels and of all that they use."""
    files = {*Path(__file__).parent.glob("*.py"), *folder.glob("*.py")}
    return zlib.crc32(b"".join([path.read_bytes() for path in sorted(files)]))


class Kernel:
    """A function for numba, and what it was compiled to, for each dtype that was asked for."""

    def __init__(self, function: Callable[..., None]) -> None:
        self.function, self.__doc__, self.__name__ = function, function.__doc__, function.__name__
        self.compiled: dict[str, Callable[..., None]] = {}
        KERNELS.append(self)

    def __getitem__(self, dtype: np.dtype[Any]) -> Callable[..., None]:
        """The compiled function for this dtype."""
        return self.compiled.get(dtype.char) or self._compile(dtype.char)

    def _compile(self, letter: str) -> Callable[..., None]:
        clone = self._clone(letter)
        text = "autograd: compiling native kernels, each once (about a second)"
        found = compile_kept(clone, self.signature(letter), text, fastmath={"contract"})
        self.compiled[letter] = found
        return found

    def _clone(self, letter: str) -> Any:
        """The function under a name for its dtype and its text, so that other compiled code is not taken for it."""
        code = self.function.__code__
        clone = types.FunctionType(code, self.function.__globals__, self.__name__)
        clone.__qualname__ = f"{self.__name__}_{letter}_{seal(Path(code.co_filename).parent):08x}"
        return clone

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
        try:
            found = numba.njit(cache=True, **OPTIONS)(self._clone(letter))
        except RuntimeError:
            return False
        return any(Path(found.stats.cache_path).glob(f"*{found.py_func.__qualname__}-*.nbc"))


KERNELS: list[Kernel] = []


def kernel(function: Callable[..., None]) -> Kernel:
    """A function that is compiled for each dtype when it is first called for it."""
    return Kernel(function)
