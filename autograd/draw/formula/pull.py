"""The chain rule through one expression: from a derivative by the whole to those by its symbols.

Convention: ``d`` is the derivative of the result by the whole expression; it may be smaller than the expression, and
then stands for what it is broadcast to. Of numbers, d = 1 gives the local derivatives themselves.
"""

from __future__ import annotations

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
    Sum,
    Symbol,
    Test,
    Transpose,
    Unknown,
    add,
    call,
    divide,
    multiply,
    negate,
    power,
)
from .functions import FUNCTIONS
from .matrices import full, matmul, outer, transpose, unbroadcast

__all__ = ["pull"]


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
    if isinstance(x, Call) and x.name in ARRAYS and ARRAYS[x.name].knows(x):
        return [(part, _row(x, k, d, part)) for k, part in enumerate(x.args) if not isinstance(part, Number)]
    if isinstance(x, Call) and (x.name not in FUNCTIONS or x.options):
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


def _row(x: Call, place: int, d: Expression, part: Expression) -> Expression:
    """The derivative by the table; where its row does not know this case, as of an unknown function."""
    found = ARRAYS[x.name].pull(d, x, place)
    return _unknown(x, place, d, part) if found is None else found


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
    if 1 in (len(a.shape), len(b.shape)) and len(a.shape) + len(b.shape) > 3:  # a vector and a stack of matrices
        return [(part, Unknown("matmul", (a, b), k, d, part.shape)) for k, part in enumerate((a, b))]
    if len(b.shape) == 1:
        return [(a, outer(d, b)), (b, matmul(transpose(a), d))]
    if len(a.shape) == 1:
        return [(a, matmul(d, transpose(b))), (b, outer(a, d))]
    return [(a, _matched(d, transpose(b), a)), (b, _matched(transpose(a), d, b))]


def _matched(left: Expression, right: Expression, part: Expression) -> Expression:
    """left @ right, summed over the stacks along which the part was repeated."""
    y = matmul(left, right)
    return unbroadcast(y, y.shape, part.shape)
