"""Kernels: a few lines of C that a GPU runs for each element, where CuPy's functions would take many passes.

Convention: CuPy's ``ElementwiseKernel``, compiled at its first call: a parameter ``T x`` is the element of an array
that broadcasts with the others, ``raw T x`` the whole array, by flat index; ``i`` is the index of the element. The text
is plain C, so that the tests compile it for the processor and hold its numbers against NumPy's. A scalar is cast to its
parameter's type. ``x`` is the element itself, not a copy: where an array is both read and written, a text reads before
it writes.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import Any

from .array import Array, entered, taken
from .places import placed

__all__ = ["KERNELS", "Kernel", "tried"]

KERNELS: list[Kernel] = []
PLAIN = (Array, int, float)


class Kernel:
    """``Kernel(name, inputs, outputs, text)``: called with arrays, it gives new ones, or fills those of ``out``."""

    certain = True  # its results have one form, whatever the numbers are

    def __init__(self, name: str, inputs: str, outputs: str, text: str) -> None:
        self.name = self.__name__ = name
        self.inputs, self.outputs, self.text = inputs, outputs, text
        self._made: tuple[Any, Any] = (None, None)
        KERNELS.append(self)

    def __call__(self, *inputs: Any, out: tuple[Array, ...] = (), size: int | None = None) -> Any:
        for x in (*inputs, *out):
            if x.__class__ not in PLAIN and hasattr(x.__class__, "__library_call__"):
                return x.__library_call__(self, *inputs, out=out, size=size)
        cupy = sys.modules["cupy"]
        if self._made[0] is not cupy:
            kernel = cupy.ElementwiseKernel(self.inputs, self.outputs, self.text, f"chalkgrad_{self.name}")
            self._made = cupy, kernel
        options = {} if size is None else {"size": size}
        with placed(self.name, (inputs, out)) or nullcontext():
            found = self._made[1](*map(taken, inputs), *map(taken, out), **options)
        if out:
            return out
        return tuple(map(entered, found)) if isinstance(found, tuple) else entered(found)


def tried(*arrays: Any) -> bool:
    """Are they arrays on a GPU, all of single or all of double precision? Kernels were tried with no others."""
    found = {x.dtype.char if hasattr(x.__class__, "__cuda_array_interface__") else "" for x in arrays}
    return found in ({"f"}, {"d"})
