"""Elementwise operations: on numbers, made from the tables of ``codes``, and on rows of numbers.

Convention: a row function gets n, and for each operand an address and a step in bytes; step 0 repeats one number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import codes
from .memory import F8, I1, I2, I4, I8, U1, U2, U4, compiled, load, store

__all__ = [
    "binary", "comparing", "row_binary", "row_cast", "row_comparing", "row_copy", "row_divide_complex", "row_narrow",
    "row_predicate", "row_truth", "row_unary", "row_where", "row_whole", "row_whole_unary", "row_widen", "unary",
    "vectors",
]  # fmt: skip


@compiled
def sign(x: float) -> float:
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0 if x == 0 else x


@compiled
def logaddexp(x: float, y: float) -> float:
    if x == y:
        return x + math.log(2.0)
    d = x - y
    return x + math.log1p(math.exp(-d)) if d > 0 else y + math.log1p(math.exp(d)) if d <= 0 else d


@compiled
def logaddexp2(x: float, y: float) -> float:
    if x == y:
        return x + 1.0
    d = x - y
    scale = 1.0 / math.log(2.0)
    if d > 0:
        return x + scale * math.log1p(np.exp2(-d))
    return y + scale * math.log1p(np.exp2(d)) if d <= 0 else d


@compiled
def remainder(x: float, y: float) -> float:
    """x - floor(x / y) y, of the sign of y."""
    r = np.fmod(x, y)
    if y == 0 or r != r:
        return r
    if r != 0:
        return r + y if (y < 0) != (r < 0) else r
    return math.copysign(0.0, y)


@compiled
def floor_divide(x: float, y: float) -> float:
    if y == 0:
        return x / y
    r = np.fmod(x, y)
    d = (x - r) / y
    if r != 0 and (y < 0) != (r < 0):
        d -= 1.0
    if d == 0:
        return math.copysign(0.0, x / y)
    whole = np.floor(d)
    return whole + 1.0 if d - whole > 0.5 else whole


@compiled
def heaviside(x: float, y: float) -> float:
    return x if x != x else y if x == 0 else 0.0 if x < 0 else 1.0


def chosen(name: str, given: str, table: dict[str, str]) -> Any:
    """The function of (operation, numbers) that a table of expressions describes."""
    lines = [f"def {name}(operation, {given}):"]
    for number, expression in enumerate(table.values()):
        lines.append(f"    if operation == {number}: return {expression}")
    last = next(iter(table.values()))
    scope: dict[str, Any] = dict(globals())
    exec("\n".join([*lines, f"    return {last}"]), scope)
    return compiled(scope[name])


unary = chosen("unary", "x", codes.UNARY)
binary = chosen("binary", "x, y", codes.BINARY)
predicate = chosen("predicate", "x", codes.PREDICATES)
comparing = chosen("comparing", "x, y", codes.COMPARING)
whole_unary = chosen("whole_unary", "x", codes.WHOLE_UNARY)
whole = chosen("whole", "x, y", codes.WHOLE)


# ---------------------------------------------------------------- rows


@compiled
def vectors(form: int, n: int, out: int, a: int, b: int, like: Any) -> None:
    """+, -, *, / of numbers that follow each other: loops that the compiler makes vectors of."""
    if form % 3 == 0:
        if form == 0:
            for k in range(n):
                store(out, k, load(a, k, like) + load(b, k, like), like)
        elif form == 3:
            for k in range(n):
                store(out, k, load(a, k, like) - load(b, k, like), like)
        elif form == 6:
            for k in range(n):
                store(out, k, load(a, k, like) * load(b, k, like), like)
        else:
            for k in range(n):
                store(out, k, load(a, k, like) / load(b, k, like), like)
    elif form % 3 == 1:
        y = load(b, 0, like)
        if form == 1:
            for k in range(n):
                store(out, k, load(a, k, like) + y, like)
        elif form == 4:
            for k in range(n):
                store(out, k, load(a, k, like) - y, like)
        elif form == 7:
            for k in range(n):
                store(out, k, load(a, k, like) * y, like)
        else:
            for k in range(n):
                store(out, k, load(a, k, like) / y, like)
    else:
        x = load(a, 0, like)
        if form == 2:
            for k in range(n):
                store(out, k, x + load(b, k, like), like)
        elif form == 5:
            for k in range(n):
                store(out, k, x - load(b, k, like), like)
        elif form == 8:
            for k in range(n):
                store(out, k, x * load(b, k, like), like)
        else:
            for k in range(n):
                store(out, k, x / load(b, k, like), like)


@compiled
def row_unary(operation: int, n: int, out: int, so: int, a: int, sa: int, like: Any) -> None:
    for k in range(n):
        store(out + k * so, 0, unary(operation, np.float64(load(a + k * sa, 0, like))), like)


@compiled
def row_binary(operation: int, n: int, out: int, so: int, a: int, sa: int, b: int, sb: int, like: Any) -> None:
    for k in range(n):
        x, y = np.float64(load(a + k * sa, 0, like)), np.float64(load(b + k * sb, 0, like))
        store(out + k * so, 0, binary(operation, x, y), like)


@compiled
def row_predicate(operation: int, n: int, out: int, so: int, a: int, sa: int, like: Any) -> None:
    for k in range(n):
        store(out + k * so, 0, predicate(operation, np.float64(load(a + k * sa, 0, like))), U1)


@compiled
def row_comparing(
    operation: int, n: int, out: int, so: int, a: int, sa: int, b: int, sb: int, like: Any, wide: Any
) -> None:
    """``wide``: the type in which numbers are compared."""
    for k in range(n):
        x, y = load(a + k * sa, 0, like) + wide, load(b + k * sb, 0, like) + wide
        store(out + k * so, 0, comparing(operation, x, y), U1)


@compiled
def row_whole_unary(operation: int, n: int, out: int, so: int, a: int, sa: int) -> None:
    for k in range(n):
        store(out + k * so, 0, whole_unary(operation, load(a + k * sa, 0, I8)), I8)


@compiled
def row_whole(operation: int, n: int, out: int, so: int, a: int, sa: int, b: int, sb: int, like: Any) -> None:
    for k in range(n):
        x, y = np.int64(load(a + k * sa, 0, like)), np.int64(load(b + k * sb, 0, like))
        store(out + k * so, 0, whole(operation, x, y), like)


@compiled
def row_where(n: int, out: int, so: int, mask: int, sm: int, a: int, sa: int, b: int, sb: int, like: Any) -> None:
    for k in range(n):
        source = a + k * sa if load(mask + k * sm, 0, U1) != 0 else b + k * sb
        store(out + k * so, 0, load(source, 0, like), like)


@compiled
def row_copy(n: int, out: int, so: int, a: int, sa: int, like: Any) -> None:
    for k in range(n):
        store(out + k * so, 0, load(a + k * sa, 0, like), like)


@compiled
def row_cast(n: int, out: int, so: int, a: int, sa: int, like: Any, wanted: Any) -> None:
    for k in range(n):
        store(out + k * so, 0, load(a + k * sa, 0, like), wanted)


@compiled
def row_truth(n: int, out: int, so: int, a: int, sa: int, like: Any) -> None:
    """A cast to bool."""
    for k in range(n):
        store(out + k * so, 0, load(a + k * sa, 0, like) != 0, U1)


@compiled
def row_widen(kind: int, n: int, out: int, so: int, a: int, sa: int) -> None:
    """A cast of one of ``SMALL`` to int64."""
    if kind == 0:
        row_cast(n, out, so, a, sa, I4, I8)
    elif kind == 1:
        row_cast(n, out, so, a, sa, I2, I8)
    elif kind == 2:
        row_cast(n, out, so, a, sa, I1, I8)
    elif kind == 3:
        row_cast(n, out, so, a, sa, U4, I8)
    elif kind == 4:
        row_cast(n, out, so, a, sa, U2, I8)
    else:
        row_cast(n, out, so, a, sa, U1, I8)


@compiled
def row_narrow(kind: int, n: int, out: int, so: int, a: int, sa: int) -> None:
    """A cast of int64 to one of ``SMALL``: the lowest bits, with or without sign."""
    if kind % 3 == 0:
        row_cast(n, out, so, a, sa, I8, I4)
    elif kind % 3 == 1:
        row_cast(n, out, so, a, sa, I8, I2)
    else:
        row_cast(n, out, so, a, sa, I8, I1)


@compiled
def row_divide_complex(n: int, out: int, so: int, a: int, sa: int, b: int, sb: int) -> None:
    """Quotients of complex numbers by Smith's method, as NumPy divides them."""
    for k in range(n):
        x, y = load(a + k * sa, 0, F8), load(a + k * sa, 1, F8)
        u, v = load(b + k * sb, 0, F8), load(b + k * sb, 1, F8)
        if abs(u) >= abs(v):
            if u == 0 and v == 0:
                real, imaginary = x / abs(u), y / abs(u)
            else:
                ratio = v / u
                scale = 1.0 / (u + v * ratio)
                real, imaginary = (x + y * ratio) * scale, (y - x * ratio) * scale
        else:
            ratio = u / v
            scale = 1.0 / (v + u * ratio)
            real, imaginary = (x * ratio + y) * scale, (y * ratio - x) * scale
        store(out + k * so, 0, real, F8)
        store(out + k * so, 1, imaginary, F8)
