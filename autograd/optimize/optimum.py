"""A minimum as the solution of equations: where the gradient is zero, and constraints hold that the minimum presses on.

With f(x, p) least where l ≤ c(x, p) ≤ u, and b the bounds that are reached, x and multipliers λ solve

    ∂f/∂x + λᵀ ∂c/∂x = 0,    c = b    (of the constraints that are reached),

the conditions of Karush, Kuhn and Tucker. The implicit function theorem gives their derivatives. A constraint that is
reached, but not pressed on (λ = 0), is left for some changes of p and kept for others: there is no derivative.

A. Fiacco, "Introduction to Sensitivity and Stability Analysis in Nonlinear Programming", 1983.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..declare import plain
from ..functional import grad
from ..functional.closed import NUMBERS, Closed, Given, numbers, tracked
from .implicit import implicit

REACHED = 1e-6  # how near to its bound, relatively, a constraint counts as reached
BALANCED = 1e-3  # what may be left of the gradient, relatively
PRESSED = 1e-5  # the multiplier, relative to the gradient, up to which it does not count as pressed on

# c, l and u of some constraints, from x and the arguments
Rows = Callable[[Any, Any], tuple[Any, Any, Any]]


def optimum(
    who: str, objective: Callable[[Any, Any], Any], x: Any, given: Given, rows: Sequence[Rows] = (),
    gradient: Callable[[Any, Any], Any] | None = None,
) -> Any:  # fmt: skip
    """The array x (n,) with its derivatives, where the number objective(x, arguments) is least.

    ``gradient``  its gradient by x, if the caller knows it
    """
    slope = gradient or (lambda x, now: grad(lambda x: objective(x, now))(x))
    if not rows:
        return implicit(who, lambda x, *values: slope(x, given(values)), x, given.tensors, tensor=given.tensor)
    now = given(given.arrays)
    n = x.size
    with NUMBERS:
        found = [tuple(np.asarray(numbers(part), dtype=float) for part in row(x, now)) for row in rows]
        lower = [np.isfinite(low) & (c - low <= REACHED * (1 + np.abs(low))) for c, low, _ in found]
        upper = [np.isfinite(high) & (high - c <= REACHED * (1 + np.abs(high))) for c, _, high in found]
    places = [np.flatnonzero(a | b) for a, b in zip(lower, upper, strict=True)]

    def reached(x: Any, now: Any) -> Any:
        """How far the constraints that are reached are from their bounds: 0."""
        parts = []
        for row, low, at in zip(rows, lower, places, strict=True):
            if at.size:
                c, least, most = row(x, now)
                parts.append(c[at] - np.stack([least[k] if low[k] else most[k] for k in at]))
        return np.concatenate(parts)

    with NUMBERS:
        g = plain(slope(x, now))
    if not any(at.size for at in places):
        z = implicit(who, lambda x, *values: slope(x, given(values)), x, given.tensors, tensor=given.tensor)
        if tracked(z):
            _check_balanced(who, g, g)
        return z

    def equations(z: Any, *values: Any) -> Any:
        now = given(values)
        x, multipliers = z[:n], z[n:]
        pressing = grad(lambda x: np.sum(multipliers * reached(x, now)))(x)
        return np.concatenate([slope(x, now) + pressing, reached(x, now)])

    with NUMBERS:
        matrix = Closed(lambda x: reached(x, now), [x]).jacobian()[0]
    multipliers = np.linalg.lstsq(matrix.T, -g, rcond=None)[0]
    z = implicit(who, equations, np.concatenate([x, multipliers]), given.tensors, tensor=given.tensor)
    if tracked(z):
        _check_balanced(who, g + multipliers @ matrix, g)
        _check_pressed(who, multipliers, g, lower, upper, places)
    return z[:n]


def _check_balanced(who: str, rest: Any, g: Any) -> None:
    """Raise ValueError where the constraints that are reached leave some of the gradient: more should be reached."""
    if np.max(np.abs(rest), initial=0) > BALANCED * max(1.0, np.max(np.abs(g), initial=0)):
        raise ValueError(
            f"{who}: the gradient at x, less what the bounds and constraints that x reaches push back, is not 0 but "
            f"{np.max(np.abs(rest)):.1e}: x is no minimum yet, or only near a bound that the minimum reaches. Solve to "
            "a smaller tolerance, or by another method; or detach x, if you do not want its derivatives"
        )


def _check_pressed(who: str, multipliers: Any, g: Any, lower: Any, upper: Any, places: Any) -> None:
    """Raise ValueError where a constraint is reached, but not pressed on."""
    reached = zip(lower, upper, places, strict=True)
    sides = np.concatenate([np.where(low & high, 0, np.where(low, -1, 1))[at] for low, high, at in reached])
    loose = (sides != 0) & (multipliers * sides <= PRESSED * max(1.0, np.max(np.abs(g), initial=0)))
    if np.any(loose):
        raise ValueError(
            f"{who}: {np.sum(loose)} of the bounds and constraints are reached, but the minimum does not press on them "
            "(their multipliers are 0), so the solution x has different derivatives on both sides. Leave them out or "
            "move them; or detach x, if you do not want its derivatives"
        )
