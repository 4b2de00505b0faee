"""Integrals over a half-line that fall steeply, and the cumulants of what is integrated: tails of distributions.

    R = log ∫ exp(g(s)) ds over s > 0, with g(0) = 0, and the joint cumulants of statistics S(s) under this density

Convention: g is smooth, does not rise much and falls at least linearly in the end. Nodes lie evenly in v with
s = σ exp(v - exp(-v)), the double exponential rule (Takahasi and Mori, 1974): from where nothing is left out near 0 to
where exp(g) is exp(-40). All is computed in double precision, block by block.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..arguments import together

NODES = 112  # with which the relative error is below 1e-13
DROP = 40.0  # where exp(g) counts as 0
LEFT = -3.75  # exp(v - exp(-v)) is 1e-20 there
BLOCK = 256  # elements


def half_line(
    g: Callable[..., Any],
    statistics: Sequence[Callable[..., Any]],
    limits: Callable[..., tuple[Any, Any]],
    index: tuple[int, ...],
    *given: Any,
) -> Any:
    """R for an empty index, else the joint cumulant of the statistics with these numbers, element by element.

    ``g``, each statistic  functions of s and of the given numbers, which stand in columns
    ``limits``             of the given numbers: the smallest length on which g bends, and an s beyond which g < -40
    """
    arrays = np.broadcast_arrays(*[x.astype(np.float64) for x in together(*given)])
    if not all(isinstance(x, np.ndarray) for x in arrays):  # those of another library as a whole
        return _integrated(g, statistics, limits, index, [x[..., None] for x in arrays])
    flat = [x.reshape(-1, 1) for x in arrays]
    y = np.empty(len(flat[0]))
    for start in range(0, y.size, BLOCK):
        block = slice(start, start + BLOCK)
        y[block] = _integrated(g, statistics, limits, index, [x[block] for x in flat])
    return y.reshape(arrays[0].shape)


def _integrated(g: Any, statistics: Sequence[Any], limits: Any, index: tuple[int, ...], columns: Sequence[Any]) -> Any:
    with np.errstate(all="ignore"):  # invalid parameters give NaN
        s, weights = _nodes(g, limits, columns)
        total = np.sum(weights, axis=-1, keepdims=True)
        if not index:
            return np.log(total)[..., 0]
        return _cumulant(weights / total, [statistics[i](s, *columns) for i in index])


def _nodes(g: Callable[..., Any], limits: Callable[..., tuple[Any, Any]], columns: Sequence[Any]) -> tuple[Any, Any]:
    """The nodes s of each row, and exp(g) with the weights of the rule."""
    length, far = limits(*columns)
    near, beyond = np.full_like(far, -64.0), np.zeros_like(far)
    for _ in range(7):  # to a factor of two
        middle = (near + beyond) / 2
        deep = g(far * np.exp2(middle), *columns) < -DROP
        near, beyond = np.where(deep, near, middle), np.where(deep, middle, beyond)
    reach = far * np.exp2(beyond)
    unit = np.minimum(length, reach / DROP)
    top = np.log(reach / unit) + 0.03
    step = (top - LEFT) / (NODES - 1)
    v = LEFT + step * np.arange(NODES)
    bend = np.exp(-v)
    s = unit * np.exp(v - bend)
    return s, np.exp(g(s, *columns)) * s * (1 + bend) * step


def _cumulant(share: Any, values: list[Any]) -> Any:
    """The joint cumulant of as many values under the same shares: mean, covariance, ..."""
    means = [np.sum(share * x, axis=-1) for x in values]
    if len(values) == 1:
        return means[0]
    centred = [x - m[..., None] for x, m in zip(values, means, strict=True)]
    if len(values) > 4:
        raise NotImplementedError("the derivatives by shape parameters are known up to the fourth order")

    def moment(which: Sequence[int]) -> Any:
        product = share
        for i in which:
            product = product * centred[i]
        return np.sum(product, axis=-1)

    y = moment(range(len(values)))
    if len(values) == 4:
        for i in (1, 2, 3):
            y = y - moment((0, i)) * moment([j for j in (1, 2, 3) if j != i])
    return y


def bell(index: tuple[int, ...], part: Callable[[tuple[int, ...]], Any]) -> Any:
    """The sum over all ways to part the index of the products of their parts: a Bell polynomial, 1 for no index.

    Derivatives of exp(f) by the parameters of the index are exp(f) times it, where a part is f's derivative.
    """
    if not index:
        return 1.0
    first, rest = index[0], index[1:]
    total: Any = 0.0
    for size in range(len(rest) + 1):
        for chosen in itertools.combinations(range(len(rest)), size):
            inside = (first, *[rest[i] for i in chosen])
            others = tuple(x for i, x in enumerate(rest) if i not in chosen)
            total = total + part(inside) * bell(others, part)
    return total
