"""Expressions: small immutable trees of numbers, symbols and operations, simplified as a person writes them.

Convention: trees are made by ``add``, ``multiply``, ``power``, ... or by Python's operators, never by the classes
themselves; what is neutral disappears (1 x, x + 0), signs go outwards, constants are collected and come first, and the
order of everything else stays as given. Products and powers are element by element; ``matmul`` is the other one. A
tree is bounded in depth by whoever builds it (fold.py), so functions of trees may recurse.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np

from ...typing import Shape

__all__ = [
    "Call", "Expression", "Like", "Matmul", "Negative", "Number", "Outer", "Power", "Product", "Quotient", "Relation",
    "Sum", "Symbol", "Test", "Transpose", "Unknown", "add", "broadcast", "call", "divide", "expression", "multiply",
    "negate", "ones", "power", "symbols",
]  # fmt: skip

Relation = Literal[">", "<", "≥", "≤", "="]


class Expression:
    """A tree; ``shape`` is () for a number. ``made_of`` names the fields that are trees, or tuples of trees."""

    __slots__ = ()
    made_of: ClassVar[tuple[str, ...]] = ()
    shape: Shape

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The trees that it is made of."""
        found: list[Expression] = []
        for name in self.made_of:
            x = getattr(self, name)
            if x.__class__ is tuple:
                found += x
            elif x is not None:
                found.append(x)
        return tuple(found)

    def __add__(self, other: Like) -> Expression:
        return add(self, other)

    def __radd__(self, other: Like) -> Expression:
        return add(other, self)

    def __sub__(self, other: Like) -> Expression:
        return add(self, negate(expression(other)))

    def __rsub__(self, other: Like) -> Expression:
        return add(other, negate(self))

    def __mul__(self, other: Like) -> Expression:
        return multiply(self, other)

    def __rmul__(self, other: Like) -> Expression:
        return multiply(other, self)

    def __truediv__(self, other: Like) -> Expression:
        return divide(self, other)

    def __rtruediv__(self, other: Like) -> Expression:
        return divide(other, self)

    def __pow__(self, other: Like) -> Expression:
        return power(self, other)

    def __neg__(self) -> Expression:
        return negate(self)


Like: TypeAlias = Expression | float


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """A constant; one with a ``text`` (``π``) keeps it, and is not collected with others."""

    value: float
    text: str = ""
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Symbol(Expression):
    """A quantity by its name; ``key`` tells it apart from others of that name, and is its key in the graph."""

    name: str
    key: int | None = None
    shape: Shape = ()

    def __hash__(self) -> int:
        return hash(self.name if self.key is None else self.key)


@dataclass(frozen=True, slots=True)
class Sum(Expression):
    """a + b + ..."""

    made_of = ("terms",)
    terms: tuple[Expression, ...]
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Product(Expression):
    """a b ..., of arrays a ⊙ b ⊙ ..."""

    made_of = ("factors",)
    factors: tuple[Expression, ...]
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Quotient(Expression):
    """top / bottom"""

    made_of = ("top", "bottom")
    top: Expression
    bottom: Expression
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Power(Expression):
    """base ^ exponent"""

    made_of = ("base", "exponent")
    base: Expression
    exponent: Expression
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Negative(Expression):
    """-x"""

    made_of = ("x",)
    x: Expression
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """name(args); ``options`` as in the graph: ``("axis", "0")``. ``result`` is the call's own name, if it has one."""

    made_of = ("args",)
    name: str
    args: tuple[Expression, ...]
    options: tuple[tuple[str, str], ...] = ()
    shape: Shape = ()
    result: Symbol | None = None


@dataclass(frozen=True, slots=True)
class Test(Expression):
    """[a > b]: 1 where it holds, else 0."""

    __test__ = False  # it is no test of pytest's

    made_of = ("a", "b")
    a: Expression
    relation: Relation
    b: Expression
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Matmul(Expression):
    """a @ b"""

    made_of = ("a", "b")
    a: Expression
    b: Expression
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Outer(Expression):
    """a bᵀ of two vectors"""

    made_of = ("a", "b")
    a: Expression
    b: Expression
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Transpose(Expression):
    """xᵀ: the last two axes exchanged"""

    made_of = ("x",)
    x: Expression
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Unknown(Expression):
    """∂name/∂args[place] of a function that has no row in the table; applied to ``d`` if there is one."""

    made_of = ("args", "d")
    name: str
    args: tuple[Expression, ...]
    place: int
    d: Expression | None = None
    shape: Shape = ()


# ---------------------------------------------------------------- making them

ZERO, ONE = Number(0), Number(1)
COLLECTED = 64  # like terms are looked for in sums of at most so many


def expression(x: Like) -> Expression:
    """x itself, or the number as an expression."""
    return x if isinstance(x, Expression) else Number(x)


def broadcast(parts: Iterable[Expression]) -> Shape:
    """The shape of all together."""
    shapes = {part.shape for part in parts if part.shape}
    if not shapes:
        return ()
    return next(iter(shapes)) if len(shapes) == 1 else np.broadcast_shapes(*shapes)


def plain(x: Expression) -> bool:
    """Is it a constant that is collected with others?"""
    return isinstance(x, Number) and not x.text and not x.shape


def add(*terms: Like) -> Expression:
    """The sum; constants are collected at the place of the first, like terms too."""
    if len(terms) == 1:
        return expression(terms[0])
    if len(terms) == 2 and isinstance(terms[0], Sum) and len(terms[0].terms) > COLLECTED:
        first, last = terms[0], expression(terms[1])  # a long sum that grows
        if not isinstance(last, Sum) and not plain(last) and last.shape == first.shape:
            return Sum((*first.terms, last), first.shape)
    flat: list[Expression] = []
    constant, place = 0.0, -1
    for term in terms:
        x = expression(term)
        for part in x.terms if isinstance(x, Sum) else (x,):
            if plain(part):
                constant += part.value  # type: ignore[attr-defined]
                place = len(flat) if place < 0 else place
            else:
                flat.append(part)
    if len(flat) <= COLLECTED:
        shape = broadcast(flat)
        before = len(flat)
        flat = _alike(flat)
        if len(flat) != before:
            place = min(place, len(flat))
            flat = [ones(0, shape)] if not flat and shape else flat
    if constant or not flat:
        flat.insert(max(place, 0), Number(constant))
    return flat[0] if len(flat) == 1 else Sum(tuple(flat), broadcast(flat))


def _alike(terms: list[Expression]) -> list[Expression]:
    """2 x instead of x + x."""
    if len(set(map(_kernel, terms))) == len(terms):
        return terms
    count: dict[Expression, float] = {}
    for term in terms:
        c, x = _split(term)
        count[x] = count.get(x, 0) + c
    return [multiply(c, x) for x, c in count.items() if c]


def _kernel(term: Expression) -> Expression:
    return _split(term)[1]


def _split(x: Expression) -> tuple[float, Expression]:
    """The constant in front of x, and the rest."""
    if isinstance(x, Negative):
        c, rest = _split(x.x)
        return -c, rest
    if isinstance(x, Product) and plain(x.factors[0]):
        rest = x.factors[1:]  # type: ignore[assignment]
        first: Any = x.factors[0]
        return first.value, rest[0] if len(rest) == 1 else Product(rest, x.shape)  # type: ignore[index, arg-type]
    return 1.0, x


def negate(x: Expression) -> Expression:
    """-x"""
    if isinstance(x, Negative):
        return x.x
    if plain(x):
        return Number(-x.value if x.value else 0)  # type: ignore[attr-defined]
    return Negative(x, x.shape)


def multiply(*factors: Like) -> Expression:
    """The product, element by element."""
    if len(factors) == 2 and isinstance(factors[0], Number) and factors[0] == ONE:
        return expression(factors[1])
    if len(factors) == 2:
        a, b = factors
        if isinstance(a, Symbol) and isinstance(b, Symbol) and a != b and a.shape == b.shape:
            return Product((a, b), a.shape)
    return _product(map(expression, factors), ())


def divide(a: Like, b: Like) -> Expression:
    """a / b, element by element."""
    return _product((expression(a),), (expression(b),))


def _product(above: Iterable[Expression], below: Iterable[Expression]) -> Expression:
    """Π above / Π below, as one quotient with one constant and one sign."""
    constants = [1.0, 1.0]
    sides: list[list[Expression]] = [[], []]
    work = [(x, 1) for x in reversed(list(below))] + [(x, 0) for x in reversed(list(above))]
    while work:
        x, side = work.pop()
        if isinstance(x, Negative):
            constants[side] = -constants[side]
            work.append((x.x, side))
        elif isinstance(x, Product):
            work += [(part, side) for part in reversed(x.factors)]
        elif isinstance(x, Quotient):
            work += [(x.bottom, 1 - side), (x.top, side)]
        elif plain(x):
            constants[side] *= x.value  # type: ignore[attr-defined]
        else:
            sides[side].append(x)
    shape = broadcast([*sides[0], *sides[1]])
    c, over = _ratio(*constants)
    if c == 0:
        return ones(0, shape)
    sign, c = (c < 0, abs(c)) if c == c else (False, c)
    top = _side(c, _powers(sides[0]))
    bottom = _side(over, _powers(sides[1]))
    y = top if bottom == ONE else Quotient(top, bottom, shape)
    return negate(y) if sign else y


def ones(value: float, shape: Shape) -> Expression:
    """An array of this number everywhere."""
    return Number(value, "", shape)


def _ratio(c: float, over: float) -> tuple[float, float]:
    """c / over reduced, as far as whole numbers go."""
    if over == 1 or not (math.isfinite(c) and math.isfinite(over)) or not over:
        return c, over
    if over < 0:
        c, over = -c, -over
    if c % over == 0:
        return c / over, 1.0
    if c and over % abs(c) == 0:
        return math.copysign(1.0, c), over / abs(c)
    if c.is_integer() and over.is_integer():
        k = math.gcd(int(c), int(over))
        return c / k, over / k
    return c, over


def _side(c: float, factors: list[Expression]) -> Expression:
    """c times the factors: the constant, then numbers, then arrays."""
    scalars = [x for x in factors if not x.shape]
    arrays = [x for x in factors if x.shape]
    everything = [*([Number(c)] if c != 1 else []), *scalars, *arrays]
    if len(everything) > 1 and arrays:  # an array of ones adds nothing beside another array of that shape
        shape = broadcast(everything)
        rest = [x for x in everything if not (isinstance(x, Number) and x.value == 1 and x.shape)]
        everything = rest if rest and broadcast(rest) == shape else everything
    if not everything:
        return ONE
    return everything[0] if len(everything) == 1 else Product(tuple(everything), broadcast(everything))


def _powers(factors: list[Expression]) -> list[Expression]:
    """x² instead of x x."""
    bases = [x.base if isinstance(x, Power) and plain(x.exponent) else x for x in factors]
    if len(set(bases)) == len(bases):
        return factors
    exponents: dict[Expression, float] = {}
    for x, base in zip(factors, bases, strict=True):
        n = x.exponent.value if x is not base else 1.0  # type: ignore[attr-defined]
        exponents[base] = exponents.get(base, 0.0) + n
    return [power(base, n) for base, n in exponents.items() if n]


def power(base: Like, exponent: Like) -> Expression:
    """base ^ exponent, element by element."""
    a, n = expression(base), expression(exponent)
    if plain(n):
        value = n.value  # type: ignore[attr-defined]
        if value == 1:
            return a
        if value == 0 and not a.shape:
            return ONE
        if float(value).is_integer() and isinstance(a, Power) and plain(a.exponent):
            inner = a.exponent.value  # type: ignore[attr-defined]
            if float(inner).is_integer():
                return power(a.base, inner * value)
        n = Number(int(value) if float(value).is_integer() else value)
    return Power(a, n, broadcast((a, n)))


def call(
    name: str, *args: Like, options: Sequence[tuple[str, str]] = (), shape: Shape | None = None,
    result: Symbol | None = None,
) -> Call:  # fmt: skip
    """name(args); of an elementwise function no shape needs to be given."""
    parts = tuple(map(expression, args))
    return Call(name, parts, tuple(options), broadcast(parts) if shape is None else shape, result)


def symbols(x: Expression) -> list[Symbol]:
    """The symbols of a tree, each once, in the order of writing."""
    found: dict[Symbol, None] = {}
    work = [x]
    while work:
        part = work.pop()
        if isinstance(part, Symbol):
            found.setdefault(part)
        work += reversed(part.parts)
    return list(found)
