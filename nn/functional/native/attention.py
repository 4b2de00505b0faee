"""Attention in blocks of scores that stay in the cache, compiled; see ``functional.attention``.

Convention: BLAS multiplies, kernels do what is between two products. A block is all scores of several heads, or some
rows of one head. A thread takes whole heads, so that gradients of keys and values are summed up in a fixed order.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.native.kernels import In, Indices, Out, Truths, helper, total, uncounted
from autograd.native.polynomials import decay
from autograd.native.softmax import greatest, sum_of_products
from autograd.threads import single_blas, spread, threads

__all__ = ["attention", "pull"]

PIECE = 1 << 16  # scores
FEWEST = 16  # rows of a block: products of fewer are slow
NOTHING = -math.inf


@helper
def add(x: Out, bias: In) -> None:
    for k in range(x.size):
        x[k] += bias[k]


@helper
def hide(x: Out, seen: Truths) -> None:
    for k in range(x.size):
        value = x[k]
        x[k] = value if seen[k] else NOTHING


@helper
def multiply(x: Out, factors: In) -> None:
    for k in range(x.size):
        x[k] *= factors[k]


@total
def exponentials(x: Out, top: float) -> float:
    """x becomes exp(x - top), and Σ of that."""
    sum = 0.0
    for k in range(x.size):
        e = decay(x[k] - top)
        x[k] = e
        sum += e
    return sum


@uncounted
def softmax_in_place(x: Out, bias: In, bias_at: Indices, seen: Truths, seen_at: Indices, size: int) -> None:
    """softmax(x + bias) of what is seen, 0 where nothing is; ``bias_at`` and ``seen_at`` say which row is for which."""
    for row in range(x.size // size):
        a = x[row * size : (row + 1) * size]
        if bias_at.size:
            add(a, bias[bias_at[row] * size : (bias_at[row] + 1) * size])
        if seen_at.size:
            hide(a, seen[seen_at[row] * size : (seen_at[row] + 1) * size])
        top = greatest(a)
        top = 0.0 if top == NOTHING else top
        sum = exponentials(a, top)
        factor = 1.0 / (1.0 if sum == 0.0 else sum)
        for k in range(size):
            a[k] *= factor


@uncounted
def pull_in_place(d: Out, y: In, dropped: In, size: int) -> None:
    """y (d - Σ y d), of a d that is multiplied by ``dropped`` unless that is empty."""
    for row in range(d.size // size):
        a, b = d[row * size : (row + 1) * size], y[row * size : (row + 1) * size]
        if dropped.size:
            multiply(a, dropped[row * size : (row + 1) * size])
        sum = sum_of_products(a, b)
        for k in range(size):
            a[k] = b[k] * (a[k] - sum)


# ---------------------------------------------------------------- blocks

Heads = tuple[slice, slice]


def by_heads(length: int, keys: int, samples: int, heads: int) -> tuple[list[Heads], int]:
    """Which heads of which samples are computed together, and how many rows at a time."""
    size = length * keys
    some = min(max(PIECE // size, 1), heads)
    many = max(PIECE // (heads * size), 1) if some == heads else 1
    parts = [(slice(n, n + many), slice(h, h + some)) for n in range(0, samples, many) for h in range(0, heads, some)]
    return parts, length if size <= PIECE else max(PIECE // keys, FEWEST)


def each(compute: Callable[[Heads], None], parts: list[Heads]) -> None:
    """All parts, by all threads; then each product is computed by one."""
    many = len(parts) > 1 and threads() > 1
    with single_blas if many else contextlib.nullcontext():
        spread(lambda k, _: compute(parts[k]), len(parts), 1)


def four(x: Any) -> Any:
    """(..., length, features) as (samples, heads, length, features)."""
    return x[None, None] if x.ndim == 2 else x[:, None] if x.ndim == 3 else x


def rows_for(mask: Any, shape: tuple[int, ...], keys: int) -> tuple[Any, Any]:
    """A mask as rows, one after the other, and which of them is for which row of scores; empty ones of no mask."""
    if mask is None:
        return np.empty(0, bool), np.empty(0, np.int64)
    lead = mask.shape[:-1]
    numbers = np.arange(math.prod(lead)).reshape(lead)
    rows = np.ascontiguousarray(np.broadcast_to(mask, (*lead, keys)))
    return rows.reshape(-1), np.ascontiguousarray(np.broadcast_to(numbers, shape)).reshape(-1)


def served(query: Any, key: Any, value: Any, *masks: Any) -> bool:
    """Are there scores of several rows, for the same heads in all, and masks that fit them?"""
    shape = (*query.shape[:-1], key.shape[-2])
    if not 2 <= query.ndim <= 4 or not query.shape[:-2] == key.shape[:-2] == value.shape[:-2]:
        return False
    try:
        return 0 not in shape and all(m is None or np.broadcast_shapes(m.shape, shape) == shape for m in masks)
    except ValueError:
        return False


def transposed(x: Any, scale: float) -> Any:
    return np.multiply(x.mT, scale, order="C")


# ---------------------------------------------------------------- as the kernel of NumPy is called


def attention(
    query: Any, key: Any, value: Any, bias: Any, seen: Any, scale: float, dropped: Any = None, kept: Any = None
) -> Any:
    if not served(query, key, value, bias, seen, dropped):
        return NotImplemented
    shape, (length, keys), dtype = query.shape[:-1], (query.shape[-2], key.shape[-2]), query.dtype
    added, added_at = rows_for(bias, shape, keys)
    shown, shown_at = rows_for(seen, shape, keys)
    added = added.astype(dtype, copy=False)
    q, k, v, run = four(query), four(key), four(value), softmax_in_place[dtype]
    samples, heads = q.shape[:2]
    weights, y = np.empty((samples, heads, length, keys), dtype), np.empty((*q.shape[:-1], v.shape[-1]), dtype)
    kind = samples, heads, length
    at = [a.reshape(kind) if a.size else None for a in (added_at, shown_at)]
    drops = None if dropped is None else four(np.broadcast_to(dropped, (*shape, keys)))
    parts, rows = by_heads(length, keys, samples, heads)

    def compute(part: Heads) -> None:
        scaled, values = transposed(k[part], scale), v[part]
        for row in range(0, length, rows):
            here = (*part, slice(row, row + rows))
            block = np.matmul(q[here], scaled, out=weights[here])
            which = [none if a is None else a[here].reshape(-1) for a in at]
            run(block.reshape(-1), added, which[0], shown, which[1], keys)
            np.matmul(block if drops is None else block * drops[here], values, out=y[here])

    none = np.empty(0, np.int64)
    each(compute, parts)
    if kept is not None:
        kept.weights = weights.reshape(*shape, keys)
    return y.reshape(*shape, v.shape[-1])


def pull(
    g: Any, query: Any, key: Any, value: Any, bias: Any, seen: Any, scale: float, tracked: Any, dropped: Any = None,
    kept: Any = None,
) -> Any:  # fmt: skip
    found = getattr(kept, "weights", None)
    if found is None or not found.flags.c_contiguous or not served(query, key, value, dropped):
        return NotImplemented
    shape, (length, keys), dtype = query.shape[:-1], (query.shape[-2], key.shape[-2]), query.dtype
    q, k, v, d, weights, run = four(query), four(key), four(value), four(g), four(found), pull_in_place[dtype]
    by_query, by_key, by_value = [
        np.empty(x.shape, dtype) if wanted else None for x, wanted in zip((q, k, v), tracked, strict=False)
    ]
    by_scores = np.empty(weights.shape, dtype) if tracked[3] else None
    drops = None if dropped is None else four(np.broadcast_to(dropped, (*shape, keys)))
    parts, rows = by_heads(length, keys, *q.shape[:2])
    factor = 1.0 if tracked[3] else scale  # the scores' own gradient is without it

    def compute(part: Heads) -> None:
        values = transposed(v[part], factor)
        for row in range(0, length, rows):
            here = (*part, slice(row, row + rows))
            above, block = d[here], weights[here]
            left = np.empty(0, dtype) if drops is None else np.ascontiguousarray(drops[here])
            if by_value is not None:
                put((block if drops is None else block * left).mT, above, by_value[part], row)
            if by_query is None and by_key is None and by_scores is None:
                continue
            slope = np.matmul(above, values, out=None if by_scores is None else by_scores[here])
            run(slope.reshape(-1), block.reshape(-1), left.reshape(-1), keys)
            slope = slope if by_scores is None else slope * scale
            if by_query is not None:
                np.matmul(slope, k[part], out=by_query[here])
            if by_key is not None:
                put(slope.mT, q[here], by_key[part], row)

    each(compute, parts)
    results = zip((by_query, by_key, by_value, by_scores), (query, key, value, found), strict=True)
    return tuple(None if x is None else x.reshape(like.shape) for x, like in results)


def put(a: Any, b: Any, to: Any, row: int) -> None:
    """a @ b: the first block's product is written, those of others are added."""
    if row:
        to += a @ b
    else:
        np.matmul(a, b, out=to)
