"""Small matrices by Gauss and Cholesky, with partial pivoting; False for those that NumPy must judge.

Convention: a long row has n, out, its step down, a, its step down, b, its step down, memory to work in, and then the
steps to the right of out, a and b, and how many right sides there are.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .memory import F8, I8, compiled, load, store

__all__ = ["cholesky", "determinant", "solve"]


@compiled
def copied(n: int, row: int, a: int, work: int) -> bool:
    """A matrix as one of float64 that follow each other, row by row; False where one is not finite.

    What becomes of infinities and NaN hangs on the order in which LAPACK computes.
    """
    down, right = load(row, 6, I8), load(row, 11, I8)
    for i in range(n):
        for j in range(n):
            x = load(a + i * down + j * right, 0, F8)
            if not math.isfinite(x):
                return False
            store(work, i * n + j, x, F8)
    return True


@compiled
def pivot(n: int, k: int, work: int) -> int:
    """The row, from k on, with the largest number in column k."""
    best, place = abs(load(work, k * n + k, F8)), k
    for i in range(k + 1, n):
        x = abs(load(work, i * n + k, F8))
        if x > best:
            best, place = x, i
    return place


@compiled
def swapped(n: int, first: int, second: int, right: Any) -> None:
    """Exchange n numbers at two addresses, so many bytes apart."""
    for j in range(n):
        x, y = load(first + j * right, 0, F8), load(second + j * right, 0, F8)
        store(first + j * right, 0, y, F8)
        store(second + j * right, 0, x, F8)


@compiled
def solve(n: int, row: int, out: int, a: int, b: int, work: int) -> bool:
    """a out = b; b is the identity where the operation is 1."""
    down, right, columns = load(row, 4, I8), load(row, 10, I8), load(row, 13, I8)
    identity, b_down, b_right = load(row, 1, I8), load(row, 8, I8), load(row, 12, I8)
    if not copied(n, row, a, work):
        return False
    for i in range(n):
        for j in range(columns):
            x = (1.0 if i == j else 0.0) if identity else load(b + i * b_down + j * b_right, 0, F8)
            store(out + i * down + j * right, 0, x, F8)
    for k in range(n):
        p = pivot(n, k, work)
        if load(work, p * n + k, F8) == 0.0:
            return False
        if p != k:
            swapped(n, work + 8 * k * n, work + 8 * p * n, np.int64(8))
            swapped(columns, out + k * down, out + p * down, right)
        for i in range(k + 1, n):
            factor = load(work, i * n + k, F8) / load(work, k * n + k, F8)
            for j in range(k + 1, n):
                store(work, i * n + j, load(work, i * n + j, F8) - factor * load(work, k * n + j, F8), F8)
            for j in range(columns):
                x = load(out + i * down + j * right, 0, F8) - factor * load(out + k * down + j * right, 0, F8)
                store(out + i * down + j * right, 0, x, F8)
    for i in range(n - 1, -1, -1):
        for j in range(columns):
            x = load(out + i * down + j * right, 0, F8)
            for k in range(i + 1, n):
                x -= load(work, i * n + k, F8) * load(out + k * down + j * right, 0, F8)
            store(out + i * down + j * right, 0, x / load(work, i * n + i, F8), F8)
    return True


@compiled
def determinant(n: int, row: int, out: int, a: int, b: int, work: int) -> bool:
    """The determinant; where the operation is 1, its sign, and at ``b`` the logarithm of its absolute value."""
    if not copied(n, row, a, work):
        return False
    sign, product, logarithm = 1.0, 1.0, 0.0
    logarithmic = load(row, 1, I8) == 1
    for k in range(n):
        p = pivot(n, k, work)
        if p != k:
            swapped(n, work + 8 * k * n, work + 8 * p * n, np.int64(8))
            sign = -sign
        d = load(work, k * n + k, F8)
        if d == 0.0:
            sign, product, logarithm = 0.0, 0.0, -math.inf
            break
        if logarithmic:
            sign = -sign if d < 0 else sign
            logarithm += math.log(abs(d))
        else:
            product *= d
        for i in range(k + 1, n):
            factor = load(work, i * n + k, F8) / d
            for j in range(k + 1, n):
                store(work, i * n + j, load(work, i * n + j, F8) - factor * load(work, k * n + j, F8), F8)
    if logarithmic:
        store(out, 0, sign, F8)
        store(b, 0, logarithm, F8)
    else:
        store(out, 0, sign * product, F8)
    return True


@compiled
def cholesky(n: int, row: int, out: int, a: int) -> bool:
    """The lower triangle l with l lᵀ = a, of a's lower triangle."""
    down, right = load(row, 4, I8), load(row, 10, I8)
    a_down, a_right = load(row, 6, I8), load(row, 11, I8)
    for i in range(n):
        for j in range(n):
            if j > i:
                store(out + i * down + j * right, 0, 0.0, F8)
                continue
            x = load(a + i * a_down + j * a_right, 0, F8)
            for k in range(j):
                x -= load(out + i * down + k * right, 0, F8) * load(out + j * down + k * right, 0, F8)
            if i == j:
                if not x > 0.0:
                    return False
                store(out + i * down + j * right, 0, math.sqrt(x), F8)
            else:
                store(out + i * down + j * right, 0, x / load(out + j * down + j * right, 0, F8), F8)
    return True
