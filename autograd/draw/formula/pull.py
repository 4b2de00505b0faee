"""The chain rule through one expression: from a derivative by the whole to those by its symbols.

Convention: ``d`` is the derivative of the result by the whole expression; it may be smaller than the expression, and
then stands for what it is broadcast to. Of numbers, d = 1 gives the local derivatives themselves.
"""

from __future__ import annotations

from collections.abc import Callable

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
    Sum,
    Symbol,
    Test,
    Transpose,
    Unknown,
    add,
    call,
    divide,
    matmul,
    multiply,
    negate,
    ones,
    outer,
    power,
    transpose,
    unbroadcast,
)  # fmt: skip
from .functions import FUNCTIONS

__all__ = ["PULLS", "pull"]

# Functions of arrays: from d, the call and an operand's place to the derivative by it; None if there is none.
PULLS: dict[str, Callable[[Expression, Call, int], Expression | None]] = {}


def pull(x: Expression, d: Expression) -> dict[Symbol, Expression]:
    """What d gives each symbol of x, in the order in which they are written."""
    found: dict[Symbol, list[Expression]] = {}
    work = [(x, d)]
    while work:
        node, d = work.pop()
        if isinstance(node, Symbol):
            found.setdefault(node, []).append(d)
        else:
            work += reversed(_parts(node, d))
    return {symbol: add(*terms) for symbol, terms in found.items()}


def _parts(x: Expression, d: Expression) -> list[tuple[Expression, Expression]]:
    """The parts of x that have symbols, each with the derivative by it."""
    if isinstance(x, Number | Test | Unknown):
        return []
    if isinstance(x, Matmul | Outer | Transpose):
        return _matrices(x, d)
    if isinstance(x, Call) and x.name in PULLS:
        found = [(part, PULLS[x.name](d, x, k)) for k, part in enumerate(x.args) if not isinstance(part, Number)]
        return [(part, g) for part, g in found if g is not None]
    if isinstance(x, Call) and x.name not in FUNCTIONS:
        return [
            (part, _unknown(x, k, d, part)) for k, part in enumerate(x.args) if not isinstance(part, Number)
        ]  # fmt: skip
    return [
        (part, unbroadcast(multiply(d, slope), x.shape, part.shape))
        for part, slope in _slopes(x) if not isinstance(part, Number)
    ]  # fmt: skip


def _slopes(x: Expression) -> list[tuple[Expression, Expression]]:
    """The parts of an elementwise expression, each with the local derivative by it."""
    one: Expression = Number(1)
    if isinstance(x, Sum):
        return [(term, one) for term in x.terms]
    if isinstance(x, Negative):
        return [(x.x, Number(-1))]
    if isinstance(x, Product):
        return [
            (factor, multiply(*x.factors[:k], *x.factors[k + 1 :]))
            for k, factor in enumerate(x.factors) if not isinstance(factor, Number)
        ]  # fmt: skip
    if isinstance(x, Quotient):
        by_top, by_bottom = divide(one, x.bottom), negate(divide(x.top, power(x.bottom, 2)))
        return [(x.top, by_top), (x.bottom, by_bottom)]
    if isinstance(x, Power):
        slopes = [(x.base, multiply(x.exponent, power(x.base, add(x.exponent, -1))))]
        return slopes if isinstance(x.exponent, Number) else [*slopes, (x.exponent, multiply(x, call("log", x.base)))]
    assert isinstance(x, Call)
    return [(part, slope(*x.args)) for part, slope in zip(x.args, FUNCTIONS[x.name].slopes, strict=False)]


def _unknown(x: Call, place: int, d: Expression, part: Expression) -> Expression:
    """∂name/∂part as a symbol of its own."""
    if not x.shape and all(not arg.shape for arg in x.args):
        return multiply(d, Unknown(x.name, x.args, place))
    return Unknown(x.name, x.args, place, d, part.shape)


def _matrices(x: Expression, d: Expression) -> list[tuple[Expression, Expression]]:
    if isinstance(x, Transpose):
        return [(x.x, transpose(full(d, x)))]
    assert isinstance(x, Matmul | Outer)
    a, b = x.a, x.b
    if isinstance(x, Outer):
        d = full(d, x)
        return [(a, matmul(d, b)), (b, matmul(transpose(d), a))]
    if len(a.shape) == len(b.shape) == 1:
        return [(a, multiply(d, b)), (b, multiply(d, a))]
    d = full(d, x)
    if len(b.shape) == 1:
        by_a = outer(d, b) if len(a.shape) == 2 else Unknown("matmul", (a, b), 0, d, a.shape)
        return [(a, by_a), (b, _matched(transpose(a), d, b))]
    if len(a.shape) == 1:
        by_b = outer(a, d) if len(b.shape) == 2 else Unknown("matmul", (a, b), 1, d, b.shape)
        return [(a, _matched(d, transpose(b), a)), (b, by_b)]
    return [(a, _matched(d, transpose(b), a)), (b, _matched(transpose(a), d, b))]


def _matched(left: Expression, right: Expression, part: Expression) -> Expression:
    """left @ right, summed over the stacks along which the part was repeated."""
    y = matmul(left, right)
    return unbroadcast(y, y.shape, part.shape)


def full(d: Expression, x: Expression) -> Expression:
    """d in the shape of x: beside a matrix its size matters."""
    return d if d.shape == x.shape else multiply(d, ones(1, x.shape))
