"""An operation on arrays computed once more: its results, and their derivatives by its own rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...core import Switch
from ...tensor import Tensor

__all__ = ["called", "dependences", "derived", "jacobian"]

PROBES, MOST_ROLLS = 3, 16
Pull = Callable[[int, Any], list[Any]]


def called(operation: Any, operands: Sequence[Any], arguments: Mapping[str, Any], way: Any = None) -> Any:
    """The operation on these operands, in its own order; ``way`` is another function of the same arguments."""
    way = way or operation
    if operation.many:
        return way(list(operands), **arguments)
    names = [name for name in operation.inputs if name not in arguments]
    return way(**dict(zip(names, operands, strict=False)), **arguments)


def derived(
    operation: Any, numbers: Sequence[Any], varying: Sequence[bool], arguments: Mapping[str, Any]
) -> tuple[list[Any], Pull]:
    """The arrays that an operation gives, and what finds ∂(result[k] · g)/∂(operand), for each operand or None."""
    with Switch(on=True, forward=False, note=None, effects=None), np.errstate(all="ignore"):
        given = [Tensor(x, requires_grad=True) if v else x for x, v in zip(numbers, varying, strict=True)]
        y = called(operation, given, arguments)
    results = list(y) if operation.results else [y]

    def pull(k: int, g: Any) -> list[Any]:
        for x in given:
            if isinstance(x, Tensor):
                x.grad = None
        if isinstance(results[k], Tensor) and results[k].requires_grad:
            with np.errstate(all="ignore"):
                results[k].backward(g, retain_graph=True)
        return [None if not isinstance(x, Tensor) or x.grad is None else np.asarray(x.grad) for x in given]

    return [np.asarray(getattr(x, "_array", x)) for x in results], pull


def jacobian(arrays: Sequence[Any], pull: Pull, numbers: Sequence[Any], varying: Sequence[bool]) -> list[list[Any]]:
    """For each array that an operation gives a row per element: ∂(element)/∂(each number that varies)."""
    rows = []
    for k, array in enumerate(arrays):
        mine = []
        for at in np.ndindex(array.shape):
            g = np.zeros(array.shape, array.dtype)
            g[at] = 1
            parts = [
                np.zeros(x.size) if d is None else np.broadcast_to(d, x.shape).ravel()
                for d, x, v in zip(pull(k, g), numbers, varying, strict=True) if v
            ]  # fmt: skip
            mine.append(np.concatenate(parts))
        rows.append(mine)
    return rows


def dependences(
    operation: Any, numbers: Sequence[Any], varying: Sequence[bool], arguments: Mapping[str, Any],
    here: list[list[Any]],
) -> list[list[Any]]:  # fmt: skip
    """Which numbers each element depends on: those by which its derivative is not 0, ``here`` or somewhere nearby."""
    found = [[row != 0 for row in rows] for rows in here]
    rng = np.random.default_rng(0)
    size = max(x.size for x, v in zip(numbers, varying, strict=True) if v)
    for k in range(-PROBES, min(size, MOST_ROLLS)):  # other numbers; then the same elsewhere: each may be the largest
        moved = [
            x if not v else np.roll(x, k) if k > 0 else x + rng.normal(size=x.shape)
            for x, v in zip(numbers, varying, strict=True)
        ]
        try:
            there = jacobian(*derived(operation, moved, varying, arguments), moved, varying)
        except (ValueError, ArithmeticError):  # it is not defined there
            continue
        for mine, rows in zip(found, there, strict=True):
            for k, row in enumerate(rows):
                mine[k] = mine[k] | ((row != 0) & ~np.isnan(row))
    return found
