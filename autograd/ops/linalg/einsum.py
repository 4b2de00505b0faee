"""Einstein's summation: einsum in all its forms, one operation underneath.

Convention: every form is first written out as letters of each operand and of the result ("ab,bc->ac"); an ellipsis
becomes letters, too. Einsum is linear in each operand, and the adjoint is another einsum: the gradient takes the place
of the operand, whose letters name the result. Pairs that are matrix products go to matmul, which is 5 to 10 times
faster than NumPy's loops.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from typing import Any

import numpy as np

from ...declare import Operation, composed, plain, primitive
from ..arguments import array
from .half import HALF, in_single

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

# ---------------------------------------------------------------- notation


@functools.lru_cache(1024)
def written_out(subscripts: str, ranks: tuple[int, ...]) -> tuple[tuple[str, ...], str]:
    """The letters of each operand and of the result; the axes of an ellipsis get letters of their own."""
    left, arrow, result = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise ValueError(f"einsum '{subscripts}' names {len(terms)} operands, got {len(ranks)}")
    free = [c for c in LETTERS if c not in left]
    widths = [rank - len(term.replace("...", "")) for term, rank in zip(terms, ranks, strict=True)]
    for term, rank, width in zip(terms, ranks, widths, strict=True):
        if width < 0 or (width and "..." not in term):
            raise ValueError(f"einsum '{subscripts}': '{term}' does not name the axes of an operand that has {rank}")
    widest = max((w for w, term in zip(widths, terms, strict=True) if "..." in term), default=0)
    if widest > len(free):
        raise ValueError(f"einsum '{subscripts}': too many axes to name by letters")
    dots = "".join(free[:widest])
    terms = [term.replace("...", dots[widest - w :]) for term, w in zip(terms, widths, strict=True)]
    if not arrow:  # implicit: the ellipsis, then the letters that occur once, in alphabetical order
        counts = Counter(c for c in left if c not in ".,")
        result = dots + "".join(sorted(c for c, n in counts.items() if n == 1))
    elif "..." in result:
        result = result.replace("...", dots)
    elif widest:
        raise ValueError(f"einsum '{subscripts}': the result needs '...' for the axes that '...' stands for")
    return tuple(terms), result


def _from_sublists(operands: tuple[Any, ...]) -> tuple[str, list[Any]]:
    """The subscripts of the form einsum(x, [0, 1], y, [1, 2], [0, 2])."""
    pairs, rest = divmod(len(operands), 2)
    numbers = [operands[2 * k + 1] for k in range(pairs)] + ([operands[-1]] if rest else [])
    labels = sorted({n for part in numbers for n in part if n is not Ellipsis})
    letter = {n: LETTERS[k] for k, n in enumerate(labels)}
    words = ["".join("..." if n is Ellipsis else letter[n] for n in part) for part in numbers]
    subscripts = ",".join(words[:pairs]) + ("->" + words[-1] if rest else "")
    return subscripts, [operands[2 * k] for k in range(pairs)]


@composed(np.einsum)
def einsum(*operands: Any, optimize: Any = False, **options: Any) -> Any:
    """The sum of products that the subscripts name; ``optimize`` may be a path, as in ``np.einsum``."""
    if options.pop("out", None) is not None:
        raise TypeError("einsum(out=...) would overwrite an array in the graph: assign the result")
    if isinstance(operands[0], str):
        subscripts, arrays = operands[0], list(operands[1:])
    else:
        subscripts, arrays = _from_sublists(operands)
    arrays = [array(x) for x in arrays]
    terms, result = written_out(subscripts, tuple([x.ndim for x in arrays]))
    return summation(arrays, terms, result, optimize, options or None)


# ---------------------------------------------------------------- two operands


@functools.lru_cache(1024)
def as_matrices(a: str, b: str, y: str) -> Any:
    """How a pair becomes a stack of matrix products: the order of the axes of both and of the result.

    None if it is no such product: nothing is summed over, or a stack has no rows or no columns.
    """
    if len(set(a)) < len(a) or len(set(b)) < len(b):
        return None
    both = [c for c in a if c in b]
    stack = [c for c in both if c in y]
    summed = [c for c in both if c not in y]
    rows, columns = [c for c in a if c not in b], [c for c in b if c not in a]
    if not summed or not {*rows, *columns} <= set(y) or (stack and not (rows and columns)):
        return None
    order = stack + rows + columns
    return (
        [a.index(c) for c in stack + rows + summed],
        [b.index(c) for c in stack + summed + columns],
        [order.index(c) for c in y],
        len(stack),
        len(rows),
        len(summed),
    )


@functools.lru_cache(1024)
def _lone(term: str, other: str, result: str) -> str:
    """The letters of a term, each once, without those that occur nowhere else."""
    return "".join(dict.fromkeys(c for c in term if c in other or c in result))


def _ordered(x: Any, axes: list[int]) -> Any:
    return x if axes == list(range(len(axes))) else x.transpose(axes)


def _pair(a: Any, b: Any, term_a: str, term_b: str, result: str) -> Any:
    """The sum of products of two arrays: what concerns one of them alone first, then by matmul where possible."""
    short_a, short_b = _lone(term_a, term_b, result), _lone(term_b, term_a, result)
    if short_a != term_a:
        a = np.einsum(f"{term_a}->{short_a}", a)
    if short_b != term_b:
        b = np.einsum(f"{term_b}->{short_b}", b)
    plan = as_matrices(short_a, short_b, result)
    if plan is not None and a.size and b.size:
        a_axes, b_axes, y_axes, stack, rows, summed = plan
        x, z = _ordered(a, a_axes), _ordered(b, b_axes)
        first, second = x.shape, z.shape
        if first[:stack] == second[:stack] and first[stack + rows :] == second[stack : stack + summed]:
            n = math.prod(second[stack : stack + summed])
            x = x.reshape((*first[:stack], math.prod(first[stack : stack + rows]), n))
            z = z.reshape((*first[:stack], n, math.prod(second[stack + summed :])))
            y = (x @ z).reshape((*first[: stack + rows], *second[stack + summed :]))
            return _ordered(y, y_axes)
    return np.einsum(f"{short_a},{short_b}->{result}", a, b)


# ---------------------------------------------------------------- the operation


@functools.lru_cache(256)
def _path(terms: tuple[str, ...], result: str, shapes: tuple[tuple[int, ...], ...]) -> Any:
    """The cheapest order in which to multiply the operands."""
    arrays = [np.broadcast_to(np.float64(0), shape) for shape in shapes]
    return np.einsum_path(",".join(terms) + "->" + result, *arrays, optimize="greedy")[0][1:]


def _summation(operands: list[Any], terms: Any, result: str, optimize: Any = False, options: Any = None) -> Any:
    """The sum of products; more than two operands are multiplied pair by pair."""
    terms = list(terms)
    if options or len(operands) == 1 or not isinstance(optimize, bool | str):
        return np.einsum(",".join(terms) + "->" + result, *operands, optimize=optimize, **(options or {}))
    dtype = np.result_type(*operands)  # for every product: a pair of small integers could wrap around
    if dtype is HALF:
        return in_single(lambda *single: _summation(list(single), terms, result, optimize), *operands)
    operands = [x if x.dtype == dtype else x.astype(dtype) for x in operands]
    if len(operands) > 2:
        for places in _path(tuple(terms), result, tuple([x.shape for x in operands])):
            if len(places) == 2 and len(operands) > 2:
                i, j = sorted(places)
                b, a = operands.pop(j), operands.pop(i)
                term_b, term_a = terms.pop(j), terms.pop(i)
                needed = {*result, *"".join(terms)}
                term = "".join(dict.fromkeys(c for c in term_a + term_b if c in needed))
                operands.append(_pair(a, b, term_a, term_b, term))
                terms.append(term)
    if len(operands) == 2:
        return _pair(operands[0], operands[1], terms[0], terms[1], result)
    return np.einsum(",".join(terms) + "->" + result, *operands)


def _gradient(
    g: Any, k: int, operands: list[Any], shapes: Any, terms: tuple[str, ...], result: str, optimize: Any
) -> Any:
    """The gradient of operand k: g takes its place, its letters that of the result.

    The gradient is spread along a letter that only this operand has; a letter that it has twice is a diagonal.
    """
    term, shape = terms[k], shapes[k]
    others = [*operands[:k], *operands[k + 1 :]]
    names = (result, *terms[:k], *terms[k + 1 :])
    letters = "".join(dict.fromkeys(term))
    found = "".join(c for c in letters if any(c in name for name in names))
    d = summation([g, *others], names, found, optimize if isinstance(optimize, bool | str) else True)
    if found == term and d.shape == shape:
        return d
    if found != letters:  # a sum within the operand: the same gradient for each element
        d = d[tuple([slice(None) if c in found else None for c in letters])]
    whole = tuple([max(shape[term.index(c)], n) for c, n in zip(letters, d.shape, strict=True)])
    d = d if d.shape == whole else np.broadcast_to(d, whole)
    for axis, c in enumerate(term):  # a repeated letter: a new axis whose index equals the first one's
        first = term.index(c)
        if first < axis:
            d = np.expand_dims(d, axis)
            n = d.shape[first]
            same = np.eye(n, dtype=bool, like=plain(d))
            d = d * same.reshape([n if i in (first, axis) else 1 for i in range(d.ndim)])
    return d


def _pull(g: Any, operands: Any, operands_shape: Any, terms: Any, result: str, optimize: Any, tracked: Any) -> Any:
    return [
        _gradient(g, k, operands, operands_shape, terms, result, optimize) if wanted else None
        for k, wanted in enumerate(tracked)
    ]


def _push(tangents: list[Any], operands: Any, terms: Any, result: str, optimize: Any, options: Any) -> Any:
    """The product rule: each operand in turn is replaced by its tangent."""
    total = None
    for k, t in enumerate(tangents):
        if t is not None:
            term = summation([*operands[:k], t, *operands[k + 1 :]], terms, result, optimize, options)
            total = term if total is None else total + term
    return total


summation: Operation = primitive(_summation, _pull, _push, many=True, name="einsum")
