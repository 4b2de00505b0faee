"""The number or array that an expression stands for, given those of its symbols: for laws, checks and lectures."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np

from .expression import (
    Call,
    Expression,
    Matmul,
    Negative,
    Number,
    Outer,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Symbol,
    Test,
    Transpose,
    Unknown,
)  # fmt: skip
from .functions import FUNCTIONS

__all__ = ["CALLS", "evaluate", "parsed"]

RELATIONS: dict[Relation, Any] = {
    ">": operator.gt, "<": operator.lt, "≥": operator.ge, "≤": operator.le, "=": operator.eq,
}  # fmt: skip

# Functions of arrays: the operands, the options as a dict, and the shape of the result.
CALLS: dict[str, Callable[..., Any]] = {}


def parsed(options: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Options as Python's objects, where they are plain ones."""
    found = {}
    for key, text in options:
        try:
            found[key] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            found[key] = text
    return found


def evaluate(x: Expression, values: Mapping[Symbol, Any]) -> Any:
    """The value of x; raises KeyError for a symbol without a value or a function that is not known."""
    with np.errstate(all="ignore"):
        return _value(x, values)


def _value(x: Expression, values: Mapping[Symbol, Any]) -> Any:
    if isinstance(x, Number):
        return np.full(x.shape, float(x.value)) if x.shape else float(x.value)
    if isinstance(x, Symbol):
        return values[x]
    if isinstance(x, Unknown):
        raise KeyError(f"∂{x.name}")
    parts = [_value(part, values) for part in x.parts]
    if isinstance(x, Sum):
        return reduce(operator.add, parts)
    if isinstance(x, Product):
        return reduce(operator.mul, parts)
    if isinstance(x, Quotient):
        return np.divide(*parts)
    if isinstance(x, Power):
        return np.power(np.asarray(parts[0], float)[()], parts[1])
    if isinstance(x, Negative):
        return -parts[0]
    if isinstance(x, Test):
        return RELATIONS[x.relation](*parts) * 1.0
    if isinstance(x, Matmul):
        return parts[0] @ parts[1]
    if isinstance(x, Outer):
        return np.outer(*parts)
    if isinstance(x, Transpose):
        return np.swapaxes(parts[0], -1, -2)
    assert isinstance(x, Call)
    options = parsed(x.options)
    if x.name in CALLS:
        return CALLS[x.name](*parts, options=options, shape=x.shape)
    return FUNCTIONS[x.name].value(*parts, **options)


def _sum(x: Any, *, options: dict[str, Any], shape: Any) -> Any:
    return np.sum(x, axis=options.get("axis"), keepdims=bool(options.get("keepdims")))


CALLS["sum"] = _sum
CALLS["reshape"] = lambda x, *, options, shape: np.reshape(x, shape)
CALLS["spread"] = lambda x, *, options, shape: np.broadcast_to(np.reshape(x, options["onto"]), shape)
