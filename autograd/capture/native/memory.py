"""Numbers at addresses, for compiled functions: what C writes as ``((double *)address)[index]``.

Convention: an address is an int64 and counts bytes; an index counts numbers of the type that is read or written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numba.extending import intrinsic

__all__ = ["F4", "F8", "I1", "I2", "I4", "I8", "U1", "U2", "U4", "compiled", "load", "store"]

F = TypeVar("F", bound=Callable[..., Any])
# One number of each type: where a function takes ``like``, it says which type is meant.
F8, F4, I8, U1 = np.float64(0), np.float32(0), np.int64(0), np.uint8(0)
I4, I2, I1, U4, U2 = np.int32(0), np.int16(0), np.int8(0), np.uint32(0), np.uint16(0)


def compiled(function: F) -> F:
    """A function that compiled functions can call: division by 0 as NumPy does it, and no fast-math."""
    return numba.njit(error_model="numpy", nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


@intrinsic  # type: ignore[untyped-decorator]
def load(typing_context: Any, address: Any, index: Any, like: Any) -> Any:
    """The number of the type of ``like`` at an address."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = context.get_value_type(signature.return_type)
        pointer = builder.inttoptr(arguments[0], kind.as_pointer())
        return builder.load(builder.gep(pointer, [arguments[1]], inbounds=True))

    return like(numba.types.int64, numba.types.int64, like), generate


@intrinsic  # type: ignore[untyped-decorator]
def store(typing_context: Any, address: Any, index: Any, value: Any, like: Any) -> Any:
    """Write a number to an address, cast to the type of ``like``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _, _, given, wanted = signature.args
        kind = context.get_value_type(wanted)
        pointer = builder.inttoptr(arguments[0], kind.as_pointer())
        number = context.cast(builder, arguments[2], given, wanted)
        builder.store(number, builder.gep(pointer, [arguments[1]], inbounds=True))
        return context.get_dummy_value()

    return numba.types.void(numba.types.int64, numba.types.int64, value, like), generate
