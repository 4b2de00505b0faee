"""Elementwise functions of large arrays: block by block, by all cores.

Convention: a function of several steps (a rule, an activation) is called with pieces of its operands that stay in the
cache, and a ufunc with as long ones as there are threads for. Nothing but the time may tell. So only plain arrays of
one shape are taken, in order; no block is so short that a function takes another way for few numbers; and blocks are
computed with an error state that raises, where the caller's does not ignore: then all is computed again as it stands,
and warns, or raises, as NumPy does. What is refused here gives NotImplemented.
"""

from __future__ import annotations

import dis
import functools
from collections.abc import Mapping, Sequence
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from ..malloc import LARGEST, room
from ..native import TWINS
from ..threads import spread, threads

__all__ = ["blockwise", "steps"]

ndarray = np.ndarray
BLOCK = 1 << 20  # bytes of an operand in a block; in numbers a multiple of CAST. In shorter ones Python takes its time
CAST = 1 << 13  # numbers: NumPy casts so many at a time
MEMORY = 1 << 22  # bytes: from here on two threads share even what memory's speed rules
CACHE = 1 << 24  # bytes: larger arrays leave the cache between two steps, even one thread gains by blocks
PIECES = 4  # of a ufunc's array, for each thread: one that wakes late leaves some to the others
# fmt: off
QUICK = {
    np.add, np.subtract, np.multiply, np.divide, np.negative, np.positive, np.square, np.absolute, np.fabs, np.maximum,
    np.minimum, np.fmax, np.fmin, np.sqrt, np.reciprocal, np.sign, np.floor, np.ceil, np.trunc, np.rint, np.conjugate,
}
# fmt: on
WORDS = frozenset([int, float, complex, bool, np.float32, np.float64, str, type(None)])  # what is no array
KINDS = frozenset("fbiu")  # bits of complex products depend on how long the arrays are
NONE: Mapping[str, Any] = {}
OWN = ("autograd.", "nn.")  # whose functions are known to see nothing but the numbers
CALLS = frozenset(["BINARY_OP", "CALL", "UNARY_NEGATIVE", "CALL_FUNCTION_EX", "COMPARE_OP"])


@functools.lru_cache(maxsize=1024)
def steps(function: Any) -> int:
    """How many steps a function has, each of which goes through memory, as far as its code shows; 0: it is not ours."""
    if isinstance(function, np.ufunc):
        return int(function.nout == 1 and getattr(np, str(function.__name__), None) is function)
    code = getattr(function, "__code__", None)
    if code.__class__ is not CodeType or not function.__module__.startswith(OWN):
        return 0
    calls = any(function.__globals__.get(name).__class__ is FunctionType for name in code.co_names)
    return max(sum(step.opname in CALLS for step in dis.get_instructions(code)), 1) + calls


def blockwise(function: Any, operands: Sequence[Any], options: Mapping[str, Any] = NONE, before: Any = None) -> Any:
    """function(*operands, **options), and ``before`` plus that if it is given; or NotImplemented.

    The result is a new array. Where the function gives an operand as it is, as the rule of a sum does, so does this.
    """
    count = steps(function)
    if not count or native(function, operands) or (options and not WORDS.issuperset(map(type, options.values()))):
        return NotImplemented
    rows = [x for x in (*operands, before) if x.__class__ is ndarray and x.ndim]
    first, most = rows[0], threads()
    size, shape = first.size, first.shape
    ufunc = function.__class__ is np.ufunc
    if not pays(function, count + (before is not None), first, most):
        return NotImplemented
    order = ordered(rows)
    if not order or any(x.shape != shape or x.dtype.kind not in KINDS or not x.dtype.isnative for x in rows):
        return NotImplemented
    if any(x.__class__ not in WORDS and not (x.__class__ is ndarray and x.ndim) for x in operands):
        return NotImplemented
    length = max(BLOCK // max(x.itemsize for x in rows), CAST)
    if ufunc and before is None:
        length = max(-(-size // (most * PIECES) // length), 1) * length if most > 1 else size
    lines = [flat(x, order) if x.__class__ is ndarray else x for x in operands]
    earlier = None if before is None else flat(before, order)
    blocks = max(size // length, 1)  # the last one has the rest, too

    def piece(start: int, stop: int) -> list[Any]:
        return [x[start:stop] if x.__class__ is ndarray else x for x in lines]

    strict: Any = {k: "ignore" if state == "ignore" else "raise" for k, state in np.geterr().items()}
    try:
        with np.errstate(**strict):
            if ufunc and before is None:
                out = room(shape, function(*piece(0, 0), **options).dtype, order)
                done, end = flat(out, order), 0
            else:
                end = length if blocks > 1 else size
                given = piece(0, end)
                y = function(*given, **options)
                same = [whole for x, whole in zip(given, operands, strict=True) if y is x]
                if same:
                    return same[0] if before is None else before + same[0]
                if y.__class__ is not ndarray or y.shape != (end,) or y.dtype.kind != "f":
                    return NotImplemented
                if y.base is not None and any(x.__class__ is ndarray and np.may_share_memory(x, y) for x in given):
                    return NotImplemented
                if before is not None and before.dtype is not y.dtype:
                    return NotImplemented
                out = room(shape, y.dtype, order)
                done = flat(out, order)
                done[:end] = y if earlier is None else earlier[:end] + y

            def compute(k: int, _: int) -> None:
                start, stop = k * length, (k + 1) * length if k + 1 < blocks else size
                if start < end:
                    return
                if earlier is not None:
                    np.add(earlier[start:stop], function(*piece(start, stop), **options), out=done[start:stop])
                elif ufunc:
                    function(*piece(start, stop), out=done[start:stop], **options)
                else:
                    done[start:stop] = function(*piece(start, stop), **options)

            spread(compute, blocks, 1, most)
    except Exception:  # it is computed again as it stands, and says so itself
        return NotImplemented
    return out


@functools.lru_cache(maxsize=1024)
def twin_of(function: Any) -> Any:
    return next((twin for twin in TWINS.values() if twin.either is function), None)


def native(function: Any, operands: Sequence[Any]) -> bool:
    """Has the function a compiled twin for these arrays? It sees to the cores itself."""
    twin = twin_of(function)
    x = operands[0]
    return twin is not None and x.__class__ is ndarray and x.size >= twin.size and bool(twin.fits(x, operands))


def pays(function: Any, count: int, x: Any, most: int) -> bool:
    """Are blocks of arrays like x faster, with so many steps and threads? Of a ufunc ``room`` for its result can be."""
    if most > 1 and (x.nbytes >= MEMORY or (isinstance(function, np.ufunc) and function not in QUICK)):
        return True
    return x.nbytes >= CACHE if count > 1 else x.nbytes > LARGEST and isinstance(function, np.ufunc)


def ordered(rows: Sequence[Any]) -> str:
    """The order in which all these arrays stand in memory; "" if there is none."""
    whole = [x.flags for x in rows if any(x.strides)]
    if all(x.c_contiguous for x in whole):
        return "C"
    return "F" if all(x.f_contiguous for x in whole) else ""


def flat(x: Any, order: str) -> Any:
    """The numbers of an array in a row, in the order in which they stand in memory, or one number as often."""
    if any(x.strides):
        return x.reshape(-1, order=order)
    return np.broadcast_to(x[(0,) * x.ndim], (x.size,))
