"""NumPy's own inner loops: where they are, and how compiled code calls them.

A ufunc is a table of C functions, one for each combination of types; NumPy calls one for a row of numbers. Called here,
without Python and without its lock, it gives what NumPy gives bit by bit, by the vector instructions that NumPy has for
exp and tanh.

Convention: as NumPy's: a function gets addresses of operands and results, sizes, steps in bytes, and data of its own.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.extending import intrinsic

__all__ = ["call", "loop"]

SAFE = "efdFD?bhilqBHILQ"  # types whose loops never need Python
WHOLE = "bhilqBHILQ"  # but powers of these, which raise where the exponent is negative


class UFunc(ctypes.Structure):
    """How a ufunc begins in memory, behind what every Python object begins with."""

    _fields_ = [
        ("operands", ctypes.c_int), ("results", ctypes.c_int), ("both", ctypes.c_int), ("identity", ctypes.c_int),
        ("functions", ctypes.POINTER(ctypes.c_void_p)), ("data", ctypes.POINTER(ctypes.c_void_p)),
        ("count", ctypes.c_int), ("reserved", ctypes.c_int), ("name", ctypes.c_void_p), ("types", ctypes.c_void_p),
    ]  # fmt: skip


@functools.cache
def loop(ufunc: np.ufunc, types: str) -> tuple[int, int] | None:
    """The addresses of the function for these types of operands and results, and of its data."""
    known = [x.replace("->", "") for x in ufunc.types]
    if types not in known or not set(types) <= set(SAFE) or (ufunc is np.power and set(types) & set(WHOLE)):
        return None
    inside = UFunc.from_address(id(ufunc) + object.__basicsize__)
    if (inside.operands, inside.results, inside.both, inside.count) != (
        ufunc.nin, ufunc.nout, ufunc.nargs, ufunc.ntypes,
    ):  # fmt: skip
        return None  # another NumPy than we know
    if ctypes.string_at(inside.types, ufunc.nargs * ufunc.ntypes) != table(ufunc):
        return None
    number = known.index(types)
    function = inside.functions[number]
    return (function, inside.data[number] or 0) if function else None


def table(ufunc: np.ufunc) -> bytes:
    """The types of all loops as NumPy keeps them: their numbers."""
    return bytes(np.dtype(char).num for types in ufunc.types for char in types.replace("->", ""))


@intrinsic  # type: ignore[untyped-decorator]
def call(typing_context: Any, function: Any, operands: Any, sizes: Any, steps: Any, data: Any) -> Any:
    """``function(operands, sizes, steps, data)``, all of them addresses."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [pointer] * 4).as_pointer()
        given = [builder.inttoptr(x, pointer) for x in arguments[1:]]
        builder.call(builder.inttoptr(arguments[0], kind), given)
        return context.get_dummy_value()

    return numba.types.void(*[numba.types.int64] * 5), generate
