"""Bounds and constraints of ``minimize``: what of them may be tracked, what SciPy gets, and as rows l ≤ c(x) ≤ u.

Convention: ``parts`` are the arguments, matrices and bounds of a constraint; they stand among the arguments that are
differentiated by, as ``now[2][k]`` for constraint k.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import plain
from ..functional.closed import Closed, numbers, vector
from .optimum import Rows


def bounds_of(bounds: Any, size: int) -> tuple[Any, Any]:
    """The lower and upper bounds of all unknowns: arrays or tensors (n,), infinite where there are none."""
    if bounds is None:
        return np.full(size, -np.inf), np.full(size, np.inf)
    if hasattr(bounds, "lb"):
        return tuple(vector(b) + np.zeros(size) for b in (bounds.lb, bounds.ub))
    pairs = [tuple(pair) for pair in bounds]
    if len(pairs) != size or any(len(pair) != 2 for pair in pairs):
        raise ValueError(f"minimize: bounds are a pair (lower, upper) for each of {size} unknowns, got {len(pairs)}")
    lower = vector([-np.inf if low is None else low for low, _ in pairs]) * 1.0
    return lower, vector([np.inf if high is None else high for _, high in pairs]) * 1.0


def parts_of(limit: Any) -> Any:
    """What a constraint depends on besides x."""
    if isinstance(limit, dict):
        args = limit.get("args", ())
        return args if isinstance(args, tuple) else (args,)
    if hasattr(limit, "A"):
        return limit.A, limit.lb, limit.ub
    if hasattr(limit, "fun"):
        return limit.lb, limit.ub
    raise TypeError(
        f"minimize: a constraint is a dict, a LinearConstraint or a NonlinearConstraint, got {type(limit).__name__}"
    )


def rows_of(limit: Any, k: int) -> Rows:
    """Constraint k as a function of x and of all arguments, which gives c, its lower and its upper bounds."""

    def of_dict(x: Any, now: Any) -> tuple[Any, Any, Any]:
        c = np.reshape(vector(limit["fun"](x, *now[2][k])), -1)
        return c, np.zeros(c.shape), np.full(c.shape, 0.0 if limit["type"].lower() == "eq" else np.inf)

    def linear(x: Any, now: Any) -> tuple[Any, Any, Any]:
        a, low, high = now[2][k]
        c = np.reshape(vector(a), (-1, x.shape[0])) @ x
        return c, vector(low) + np.zeros(c.shape), vector(high) + np.zeros(c.shape)

    def nonlinear(x: Any, now: Any) -> tuple[Any, Any, Any]:
        c = np.reshape(vector(limit.fun(x)), -1)
        low, high = now[2][k]
        return c, vector(low) + np.zeros(c.shape), vector(high) + np.zeros(c.shape)

    return of_dict if isinstance(limit, dict) else linear if hasattr(limit, "A") else nonlinear


def for_scipy(limit: Any, parts: Any, scipy: Any) -> Any:
    """The constraint as SciPy takes it: functions of plain numbers, with this engine's Jacobian if none is given."""
    if isinstance(limit, dict):
        jac = limit.get("jac")
        return {
            "type": limit["type"],
            "fun": lambda x: numbers(limit["fun"](x, *parts)),
            "jac": (lambda x: numbers(jac(x, *parts))) if callable(jac) else _slope(lambda x: limit["fun"](x, *parts)),
        }
    if hasattr(limit, "A"):
        return scipy.LinearConstraint(*map(plain, parts), keep_feasible=limit.keep_feasible)
    jac = limit.jac if callable(limit.jac) else _slope(limit.fun)
    return scipy.NonlinearConstraint(
        lambda x: numbers(limit.fun(x)), *map(plain, parts), jac=lambda x: numbers(jac(x)), hess=limit.hess,
        keep_feasible=limit.keep_feasible,
    )  # fmt: skip


def _slope(f: Any) -> Any:
    """The Jacobian of a constraint by x."""
    return lambda x: Closed(lambda x: np.reshape(vector(f(x)), -1), [x]).jacobian()[0]
