"""What a recorded operation is as an expression of its operands: arithmetic as such, everything else as a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..graph import Quantity
from .expression import Call, Expression, Number, Symbol, add, call, divide, multiply, negate, power
from .functions import FUNCTIONS
from .matrices import matmul, total, transpose
from .options import parsed

__all__ = ["ARITHMETIC", "bond", "formula"]

Maker = Callable[[Quantity, list[Expression]], Expression | None]

# How results are bound together: folding a product into a product adds no parentheses.
BONDS = {
    "add": "+", "subtract": "+", "negative": "+", "positive": "", "conjugate": "", "multiply": "*", "divide": "*",
    "true_divide": "*", "reciprocal": "*", "power": "^", "float_power": "^", "square": "^", "matmul": "@", "dot": "@",
    "linear": "@", "transpose": "", "sum": "+", "mean": "Σ",
}  # fmt: skip


def bond(q: Quantity) -> str | None:
    """How the operation binds its operands; None if it is no arithmetic, and so starts a formula of its own."""
    if q.operation in ("power", "float_power") and (len(q.operands) < 2 or q.operands[1].literal is None):
        return None
    return BONDS.get(q.operation)


def formula(
    q: Quantity,
    operands: list[Expression],
    result: Symbol | None = None,
    besides: Mapping[str, Expression] | None = None,
) -> Expression:
    """The operation of q applied to these operands.

    ``result``   the symbol of q, if it has one
    ``besides``  other arguments that are quantities, by their names
    """
    if q.operation == "softmax_cross_entropy" and besides and "target" in besides:
        options = [(key, text) for key, text in q.options if key != "target"]
        return Call(q.operation, (*operands, besides["target"]), tuple(options), q.shape, result)
    if q.operation == "getitem" and not q.options:  # x[None], x[...]: the same numbers
        return Call("reshape", tuple(operands), (), q.shape, result)
    made = ARITHMETIC[q.operation](q, operands) if q.operation in ARITHMETIC else None
    if made is not None and made.shape in (q.shape, ()):
        return made
    if q.operation in FUNCTIONS:
        constants = _constants(q)
        if constants is not None and FUNCTIONS[q.operation].takes(len(operands) + len(constants)):
            return Call(q.operation, (*operands, *constants), (), q.shape, result)
    options = [("key", str(q.call.arguments.get("index", "")))] if q.operation == "item" and q.call else q.options
    return Call(q.operation, tuple(operands), tuple(options), q.shape, result)


def _constants(q: Quantity) -> list[Expression] | None:
    """Options as further operands; None if they are no numbers."""
    found = list(parsed(tuple(q.options)).values())
    return [Number(x) for x in found] if all(isinstance(x, int | float) for x in found) else None


# ---------------------------------------------------------------- arithmetic


def _power(q: Quantity, x: list[Expression]) -> Expression:
    return power(x[0], x[1])


def _sum(q: Quantity, x: list[Expression]) -> Expression | None:
    """Σ over numbers, or over axes of an array."""
    if q.scalar or len(x) > 1:
        return add(*x)
    axes, keepdims = _axes(q, x[0])
    return None if axes is False else total(x[0], axes, keepdims)


def _axes(q: Quantity, x: Expression) -> Any:
    """The axes of a reduction and keepdims; False if they are not plain."""
    options = parsed(tuple(q.options))
    axes, keepdims = options.pop("axis", None), options.pop("keepdims", False)
    options.pop("dtype", None)
    axes = (axes,) if isinstance(axes, int) else axes
    plain = axes is None or (isinstance(axes, tuple) and all(isinstance(axis, int) for axis in axes))
    return (axes if plain and not options else False), bool(keepdims)


def _dot(q: Quantity, x: list[Expression]) -> Expression | None:
    """Σ aᵢ bᵢ of numbers; of arrays the matrix product."""
    if not q.scalar:
        return _matmul(q, x)
    half = len(x) // 2
    return add(*[multiply(a, b) for a, b in zip(x[:half], x[half:], strict=True)])


def _norm(q: Quantity, x: list[Expression]) -> Expression | None:
    return call("sqrt", add(*[power(part, 2) for part in x])) if q.scalar else None


def _matmul(q: Quantity, x: list[Expression]) -> Expression | None:
    a, b = x
    if not a.shape or not b.shape:
        return multiply(a, b)
    if q.operation == "dot" and max(len(a.shape), len(b.shape)) > 2 and len(b.shape) > 1:
        return None
    return matmul(a, b)


def _linear(q: Quantity, x: list[Expression]) -> Expression | None:
    """x Wᵀ + b"""
    if len(x) < 2 or len(x[1].shape) != 2:
        return None
    product = matmul(x[0], transpose(x[1]))
    return add(product, x[2]) if len(x) > 2 else product


def _mean(q: Quantity, x: list[Expression]) -> Expression | None:
    """Σ / n"""
    axes, keepdims = _axes(q, x[0])
    if axes is False or len(x) != 1:
        return None
    summed = total(x[0], axes, keepdims)
    n = int(np.prod(x[0].shape)) // max(int(np.prod(summed.shape)), 1)
    return divide(summed, n) if n else None


def _transpose(q: Quantity, x: list[Expression]) -> Expression | None:
    n = len(q.shape)
    axes = parsed(tuple(q.options)).get("axes")
    turned: Sequence[int] = (*range(n - 2), n - 1, n - 2)
    if n < 2 or (axes is None and n > 2) or (axes is not None and tuple(axes) != tuple(turned)):
        return None
    return transpose(x[0])


ARITHMETIC: dict[str, Maker] = {
    "add": lambda q, x: add(*x),
    "subtract": lambda q, x: add(x[0], negate(x[1])),
    "multiply": lambda q, x: multiply(*x),
    "divide": lambda q, x: divide(*x),
    "true_divide": lambda q, x: divide(*x),
    "negative": lambda q, x: negate(x[0]),
    "positive": lambda q, x: x[0],
    "conjugate": lambda q, x: None if q.dtype.startswith("complex") else x[0],
    "reciprocal": lambda q, x: divide(1, x[0]),
    "square": lambda q, x: power(x[0], 2),
    "power": _power,
    "float_power": _power,
    "sum": _sum,
    "mean": _mean,
    "dot": _dot,
    "norm": _norm,
    "matmul": _matmul,
    "linear": _linear,
    "transpose": _transpose,
}
