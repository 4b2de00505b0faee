"""The number or array that an expression stands for, given those of its symbols: for laws, checks and lectures.

Convention: where [a > b] is 0, so is a product with it, even if other factors are not finite: [x ≤ 0] exp(x).
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from functools import reduce
from typing import Any

import numpy as np

from .arrays import ARRAYS
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
from .options import parsed

__all__ = ["evaluate"]

RELATIONS: dict[Relation, Any] = {
    ">": operator.gt, "<": operator.lt, "≥": operator.ge, "≤": operator.le, "=": operator.eq,
}  # fmt: skip


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
        return _product(x, parts)
    if isinstance(x, Quotient):
        return np.divide(*parts)
    if isinstance(x, Power):
        base = np.asarray(parts[0])
        return np.power((base if base.dtype.kind == "c" else base.astype(float))[()], parts[1])
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
    if x.name in ARRAYS and ARRAYS[x.name].knows(x):
        return ARRAYS[x.name].value(*parts, options=options, shape=x.shape)
    if options or x.name not in FUNCTIONS:
        raise KeyError(x.name)
    return FUNCTIONS[x.name].value(*parts)


def _product(x: Product, parts: list[Any]) -> Any:
    """The product; [a > b] in it is 0 very much: so is the whole, whatever the other factors."""
    tests = [value for part, value in zip(x.factors, parts, strict=True) if isinstance(part, Test)]
    y = reduce(operator.mul, parts)
    return np.where(reduce(operator.mul, tests) == 0, 0.0, y)[()] if tests else y
