"""Reductions, running results, places of extremes, and products of matrices, along a row of numbers.

Convention: addresses and steps count bytes. Sums are added pairwise, as NumPy adds them.
"""

from __future__ import annotations

from typing import Any

from .memory import I8, compiled, load, store

__all__ = ["accumulate", "argument", "matmul", "reduced"]


@compiled
def pairwise(n: int, a: int, sa: int, like: Any) -> Any:
    """The sum of a block of up to 128 numbers, in eight running sums from 8 numbers on."""
    if n < 8:
        total = load(a, 0, like)
        for k in range(1, n):
            total += load(a + k * sa, 0, like)
        return total
    r0, r1, r2, r3 = load(a, 0, like), load(a + sa, 0, like), load(a + 2 * sa, 0, like), load(a + 3 * sa, 0, like)
    r4, r5, r6 = load(a + 4 * sa, 0, like), load(a + 5 * sa, 0, like), load(a + 6 * sa, 0, like)
    r7 = load(a + 7 * sa, 0, like)
    k = 8
    while k + 8 <= n:
        p = a + k * sa
        r0 += load(p, 0, like)
        r1 += load(p + sa, 0, like)
        r2 += load(p + 2 * sa, 0, like)
        r3 += load(p + 3 * sa, 0, like)
        r4 += load(p + 4 * sa, 0, like)
        r5 += load(p + 5 * sa, 0, like)
        r6 += load(p + 6 * sa, 0, like)
        r7 += load(p + 7 * sa, 0, like)
        k += 8
    total = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7))
    while k < n:
        total += load(a + k * sa, 0, like)
        k += 1
    return total


@compiled
def added(n: int, a: int, sa: int, like: Any) -> Any:
    """The sum of a row: of its halves, where it is longer than a block."""
    if n <= 128:
        return pairwise(n, a, sa, like)
    half = n // 2
    half -= half % 8
    return added(half, a, sa, like) + added(n - half, a + half * sa, sa, like)


@compiled
def together(operation: int, x: Any, y: Any) -> Any:
    if operation == 0:
        return x + y
    if operation == 1:
        return x * y
    if operation == 2:
        return x if x > y or x != x else y
    if operation == 3:
        return x if x < y or x != x else y
    if operation == 4:
        return x if x > y or y != y else y
    return x if x < y or y != y else y


@compiled
def reduced(operation: int, n: int, out: int, a: int, sa: int, more: int, like: Any) -> None:
    """All numbers of a row together; with what is there already where this is not the first row (``more``)."""
    if operation == 0:
        total = like + added(n, a, sa, like)  # from 0 on: not -0
    else:
        total = load(a, 0, like)
        for k in range(1, n):
            total = together(operation, total, load(a + k * sa, 0, like))
    if more:
        total = together(operation, load(out, 0, like), total)
    store(out, 0, total, like)


@compiled
def accumulate(operation: int, n: int, out: int, so: int, a: int, sa: int, like: Any) -> None:
    total = load(a, 0, like)
    store(out, 0, total, like)
    for k in range(1, n):
        total = together(operation, total, load(a + k * sa, 0, like))
        store(out + k * so, 0, total, like)


@compiled
def argument(smallest: int, n: int, out: int, a: int, sa: int, like: Any) -> None:
    """The place of the first maximum (or minimum); NaN counts as one."""
    best, place = load(a, 0, like), 0
    for k in range(1, n):
        if best != best:
            break
        x = load(a + k * sa, 0, like)
        if x != x or (x < best if smallest else x > best):
            best, place = x, k
    store(out, 0, place, I8)


@compiled
def matmul(row: int, out: int, a: int, b: int, like: Any) -> None:
    """out[i, j] = sum over k of a[i, j, k] b[i, j, k]; added to what is there where ``more`` says so.

    The row has, after the code: step j of a, k's length, out, step j of out, a, step k of a, b, step k of b, j's
    length, step j of b, i's length, step i of out, step i of a, more, step i of b.
    """
    nk, nj, ni = load(row, 2, I8), load(row, 9, I8), load(row, 11, I8)
    oj, ak, bk, bj = load(row, 4, I8), load(row, 6, I8), load(row, 8, I8), load(row, 10, I8)
    oi, ai, more = load(row, 12, I8), load(row, 13, I8), load(row, 14, I8)
    aj, bi = load(row, 1, I8), load(row, 15, I8)
    for i in range(ni):
        for j in range(nj):
            p, q, r = a + i * ai + j * aj, b + i * bi + j * bj, out + i * oi + j * oj
            total = like + load(p, 0, like) * load(q, 0, like)  # from 0 on: not -0
            for _ in range(1, nk):
                p += ak
                q += bk
                total += load(p, 0, like) * load(q, 0, like)
            store(r, 0, load(r, 0, like) + total if more else total, like)
