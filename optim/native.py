"""Formulas of rules, compiled by numba: one loop over the numbers of all parameters of a group.

Convention: a table of int64 has a row for each parameter: where its numbers begin and end when all are counted one
after another, and the ``id`` of the arrays x, g and of each memory. Asking 80 arrays for their addresses takes longer
than moving 1e5 numbers, so that the loop looks itself, where NumPy's C interface has them. No fast-math, not even the
fusing of x y + z: the numbers are NumPy's to the last bit. What NumPy would have warned of is read from the processor's
flags.
"""

from __future__ import annotations

import ctypes
import math
import platform
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import numba
import numpy as np
from numba.core import types
from numba.extending import intrinsic

from autograd.native.kernels import compile_kept

from .formula import Formula

__all__ = ["compiled", "flags"]

TEXT = "optim: compiling an optimizer's rule for large parameters, once (about a second)"
SEAL = zlib.crc32(Path(__file__).read_bytes())
FLAGS = {  # division by 0, overflow, invalid: the bits of <fenv.h>
    "win32": (8, 4, 16), "x86_64": (4, 8, 1), "AMD64": (4, 8, 1), "aarch64": (2, 4, 1), "arm64": (2, 4, 1),
}  # fmt: skip


feclearexcept = types.ExternalFunction("feclearexcept", types.int32(types.int32))
fetestexcept = types.ExternalFunction("fetestexcept", types.int32(types.int32))


def flags() -> tuple[int, int, int]:
    """The bits of the processor's flags that say: division by 0, overflow, invalid."""
    return FLAGS.get(sys.platform) or FLAGS.get(platform.machine()) or (0, 0, 0)


def at(slot: int) -> tuple[Any, Any]:
    """Reading and writing ``((like *)address)[index]`` of one array, which overlaps none of the other slots'."""

    def pointer(context: Any, builder: Any, like: Any, address: Any, index: Any) -> Any:
        kind = context.get_value_type(like)
        return builder.gep(builder.inttoptr(address, kind.as_pointer()), [index], inbounds=True)

    def alone(instruction: Any) -> None:
        module = instruction.module
        domain = module.add_metadata(["chalkgrad"])
        scopes = [module.add_metadata([f"chalkgrad {k}", domain]) for k in range(SLOTS)]
        instruction.set_metadata("alias.scope", module.add_metadata([scopes[slot]]))
        instruction.set_metadata("noalias", module.add_metadata([s for s in scopes if s is not scopes[slot]]))

    @intrinsic  # type: ignore[untyped-decorator]
    def load(typing_context: Any, address: Any, index: Any, like: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            found = builder.load(pointer(context, builder, like, arguments[0], arguments[1]))
            alone(found)
            return found

        return like(types.int64, types.int64, like), generate

    @intrinsic  # type: ignore[untyped-decorator]
    def store(typing_context: Any, address: Any, index: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            alone(builder.store(arguments[2], pointer(context, builder, value, arguments[0], arguments[1])))
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, value), generate

    return load, store


HEAD = (
    object.__basicsize__
)  # bytes before the first field of an object, which in an array is the address of its numbers


@intrinsic  # type: ignore[untyped-decorator]
def data(typing_context: Any, array: Any) -> Any:
    """The address of an array's numbers, given its id."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        word = context.get_value_type(types.int64)
        pointer = builder.inttoptr(builder.add(arguments[0], word(HEAD)), word.as_pointer())
        return builder.load(pointer)

    return types.int64(types.int64), generate


def found_there() -> bool:
    """Are addresses where ``data`` looks for them?"""
    array = np.zeros(3)[1:]
    return bool(ctypes.c_ssize_t.from_address(id(array) + HEAD).value == array.ctypes.data)


SLOTS = 8  # x, g, and as many memories as a rule may have
ACCESS = {name: pair for k in range(SLOTS) for name, pair in zip((f"load{k}", f"store{k}"), at(k), strict=True)}


def inline(function: Callable[..., Any]) -> Any:
    return numba.njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


@inline
def larger(a: Any, b: Any) -> Any:  # NaN wins, as in NumPy
    c = a if a >= b else b
    return a if a != a else c


@inline
def smaller(a: Any, b: Any) -> Any:
    c = a if a <= b else b
    return a if a != a else c


def signs(number: Any) -> Any:
    one, zero = number(1), number(0)

    @inline
    def sign(a: Any) -> Any:
        below = -one if a < zero else a  # NaN stays
        flat = zero if a == zero else below
        return one if a > zero else flat

    return sign


WORDS = {
    **ACCESS, "larger": larger, "smaller": smaller, "sign_f": signs(np.float32), "sign_d": signs(np.float64),
    "one_f": np.float32(1), "one_d": np.float64(1), "to_f": np.float32, "to_d": np.float64, "sqrt": math.sqrt,
    "data": data, "feclearexcept": feclearexcept, "fetestexcept": fetestexcept,
}  # fmt: skip


FORMS = {
    "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}", "maximum": "larger({}, {})",
    "minimum": "smaller({}, {})", "negative": "-{}", "absolute": "abs({})", "sqrt": "sqrt({})", "square": "{0} * {0}",
    "reciprocal": "one_{kind} / {}", "sign": "sign_{kind}({})", "greater": "{} > {}", "greater_equal": "{} >= {}",
    "less": "{} < {}", "less_equal": "{} <= {}", "equal": "{} == {}", "not_equal": "{} != {}",
    "where": "{1} if {0} else {2}", "astype": "to_{kind}({})",
}  # fmt: skip


def source(formula: Formula, name: str) -> str:
    """The loop as Python."""
    kind = formula.letter
    moved = [(0, "x", formula.results[0]), *((k, f"k{k - 2}", y) for k, y in enumerate(formula.results[1:], 2) if y)]
    constants = [f"c{i} = to_{k}(constants[{i}])" for i, k in enumerate(formula.kinds)]
    slots = (0, 1, *[k for k, _, _ in moved[1:]])
    size = np.dtype(kind).itemsize
    addresses = [f"a{k} = data(table[row, {k + 2}]) - table[row, 0] * {size}" for k in slots]
    reads = [f"{start} = load{k}(a{k}, i, one_{kind})" for k, start, _ in [*moved, (1, "g", None)]]
    lines = [
        f"v{i} = {FORMS[line.name].format(*line.operands, kind=line.kind)}" for i, line in enumerate(formula.lines)
    ]
    writes = [f"store{k}(a{k}, i, {end})" for k, start, end in moved if end != start]
    return f"""
def {name}(table, constants, start, end):
    feclearexcept({sum(flags())})
    {"; ".join(constants) or "pass"}
    row = 0
    while table[row, 1] <= start:
        row += 1
    while start < end:
        until = min(table[row, 1], end)
        {"; ".join(addresses)}
        for i in range(start, until):
            {"; ".join([*reads, *lines, *writes]) or "pass"}
        start = until
        row += 1
    return fetestexcept({sum(flags())})
"""


def compiled(formula: Formula) -> Callable[[Any, Any, int, int], int] | None:
    """Move the numbers from ``start`` to ``end`` of those in the table, given the constants; returns flags.

    None if it cannot be compiled here.
    """
    if not any(flags()) or not found_there() or len(formula.results) > SLOTS - 1:
        return None
    text = source(formula, "move")
    name = f"move_{zlib.crc32(text.encode()):08x}{SEAL:08x}"
    found: dict[str, Any] = {}
    exec(compile(text, __file__, "exec"), WORDS | {"__name__": __name__}, found)
    move: FunctionType = found["move"]
    move.__qualname__ = name
    try:
        return compile_kept(move, "i4(i8[:, ::1], f8[::1], i8, i8)", TEXT)
    except Exception:  # of numba, of LLVM, of what the disk has kept: the rule itself is always there
        return None
