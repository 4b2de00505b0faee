"""A rule, as the arithmetic that it does: recorded by calling it once with names in place of arrays.

Convention: what is recorded is what IEEE 754 rounds exactly, in the order and the precision in which NumPy would do it,
so that whatever computes a formula finds NumPy's numbers to the last bit. Python's own numbers, and its branches on
options, are gone from it: they are constants, whose values are not part of the formula. A rule that does anything else
(exp, a branch on a number that it moves, x.sum()) has none, and NumPy runs it as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partialmethod
from typing import Any, NamedTuple

import numpy as np

from autograd.declare import Late

__all__ = ["Formula", "formula"]

COMPARING = ["greater", "greater_equal", "less", "less_equal", "equal", "not_equal"]
KNOWN = {
    "add", "subtract", "multiply", "divide", "maximum", "minimum", "negative", "positive", "absolute", "sqrt", "square",
    "reciprocal", "sign", *COMPARING,
}  # fmt: skip
POWERS = {0.5: "sqrt", 1: "positive", 2: "square", -1: "reciprocal"}  # x ** 0.5 is np.sqrt(x) in NumPy too
PYTHONS = (float, int, bool)  # whose numbers take an array's dtype
WHOLE = 1 << 53  # whole numbers up to it are floats


class Line(NamedTuple):
    """One call of NumPy's: a ufunc, ``where``, or ``astype``; ``kind`` is the dtype of its result."""

    name: str
    kind: str
    operands: tuple[str, ...]


class Formula(NamedTuple):
    """``lines``      their results are v0, v1, ...; x are the numbers moved, g their gradients; k0, k1, ... are kept
    ``kinds``      the dtype of each constant c0, c1, ...
    ``results``    the names that x and the kept ones have in the end; None for what no option switches on
    ``letter``     the dtype of the arrays, "f" or "d"
    """

    lines: tuple[Line, ...]
    kinds: str
    results: tuple[str | None, ...]
    letter: str


class Unknown(TypeError):
    """A rule does something that no formula has."""


def formula(
    rule: Callable[..., Any], t: int, kept: list[Any], arguments: Mapping[str, Any], letter: str, climbs: bool
) -> tuple[Formula, list[float]] | None:
    """The formula of a rule for arrays of a dtype, and its constants; None if it has none.

    ``kept``    what the rule keeps; only what is None counts
    ``climbs``  moves against -g
    """
    lines = Lines(letter)
    x, g = Number(lines, "x", letter), Number(lines, "g", letter, frozen=True)
    if climbs:
        g = Number(lines, lines.add("negative", letter, "g"), letter, frozen=True)
    names = [None if a is None else Number(lines, f"k{i}", letter) for i, a in enumerate(kept)]
    try:
        moved = rule(t, x, g, *names, **arguments)
    except Exception:  # of the recording, or the rule's own, which NumPy's arrays will meet again
        return None
    first = moved[0] if isinstance(moved, tuple | list) and moved else moved
    if first is not x:
        return None
    results = tuple(None if n is None else n.name for n in (x, *names))
    return Formula(tuple(lines.all), "".join(lines.kinds), results, letter), lines.constants


def is_pythons(value: Any) -> bool:
    """Is it a number of Python's, or what stands for one while a program is recorded?"""
    return type(value) in PYTHONS or type(value) is Late.Float


class Lines:
    """What a rule has done so far."""

    def __init__(self, letter: str) -> None:
        self.letter = letter
        self.all: list[Line] = []
        self.kinds: list[str] = []
        self.constants: list[float] = []

    def add(self, name: str, kind: str, *operands: str) -> str:
        """A line more; returns the name of its result."""
        self.all.append(Line(name, kind, operands))
        return f"v{len(self.all) - 1}"

    def operand(self, value: Any, kind: str) -> str:
        """The name of a number, a constant or a truth, as a number of this kind."""
        if type(value) is Number:
            name: str = value.name
            return name if value.kind == kind else self.add("astype", kind, name)
        if isinstance(value, int) and abs(value) > WHOLE:
            raise Unknown
        self.kinds.append(kind)
        self.constants.append(value if type(value) is Late.Float else float(value))
        return f"c{len(self.kinds) - 1}"

    def kind(self, values: Iterable[Any]) -> str:
        """The dtype in which NumPy computes with them."""
        found = "?"
        for value in values:
            if type(value) is Number:
                kind = value.kind
            elif is_pythons(value):
                continue
            elif isinstance(value, np.generic):
                kind = value.dtype.char
            else:
                raise Unknown
            if kind != found:
                found = kind if found == "?" else np.result_type(found, kind).char
        if found not in "fd":
            raise Unknown
        return found


class Number:
    """What a rule takes for an array: it knows its name and its kind ("f", "d", or "?" for truths)."""

    __slots__ = ("frozen", "kind", "lines", "name")
    __class__ = property(lambda self: np.ndarray)  # for a rule that asks isinstance

    def __init__(self, lines: Lines, name: str, kind: str, frozen: bool = False) -> None:
        self.lines, self.name, self.kind, self.frozen = lines, name, kind, frozen

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = (), **options: Any) -> Any:
        if method != "__call__" or options or len(out) > 1:
            raise Unknown
        return compute(ufunc.__name__, inputs, *out)

    def __array_function__(self, function: Any, kinds: Any, inputs: tuple[Any, ...], options: Any) -> Any:
        if function is not np.where or options or len(inputs) != 3:
            raise Unknown
        condition, *values = inputs
        if type(condition) is not Number or condition.kind != "?":
            raise Unknown
        lines = self.lines
        kind = lines.kind(values)
        return Number(lines, lines.add("where", kind, condition.name, *[lines.operand(v, kind) for v in values]), kind)

    def __bool__(self) -> bool:
        raise Unknown  # the rule would branch on a number that it moves

    def copy(self) -> Number:
        return Number(self.lines, self.name, self.kind)


def compute(name: str, inputs: tuple[Any, ...], out: Any = None) -> Any:
    """Record a ufunc of NumPy's, by its name. The result is the number ``out``, changed in place, or a new one."""
    lines: Lines = next(a for a in inputs if type(a) is Number).lines
    compares = name in COMPARING
    if name not in KNOWN or (out is not None and (type(out) is not Number or out.frozen or compares)):
        raise Unknown
    kind = lines.kind(inputs)
    operands = [lines.operand(a, kind) for a in inputs]
    found = operands[0] if name == "positive" else lines.add(name, "?" if compares else kind, *operands)
    if out is None:
        return Number(lines, found, "?" if compares else kind)
    out.name = found if kind == out.kind else lines.add("astype", out.kind, found)
    return out


def operators(name: str) -> list[Callable[..., Any]]:
    """a + b, b + a and a += b, for a ufunc's name."""

    def plain(a: Number, b: Any) -> Any:
        return compute(name, (a, b))

    def reflected(a: Number, b: Any) -> Any:
        return compute(name, (b, a))

    def in_place(a: Number, b: Any) -> Any:
        return compute(name, (a, b), a)

    return [plain, reflected, in_place]


def unary(a: Number, name: str) -> Any:
    return compute(name, (a,))


def power(a: Number, exponent: Any, out: Any = None) -> Any:
    """a ** exponent, for the exponents for which NumPy's arrays use another ufunc."""
    if type(exponent) not in PYTHONS:
        raise Unknown
    return compute(POWERS.get(exponent, ""), (a,), out)


def _in_place_power(a: Number, exponent: Any) -> Any:
    return power(a, exponent, a)


METHODS: dict[str, Callable[..., Any]] = {"pow": power, "ipow": _in_place_power}
for _python, _name in (("add", "add"), ("sub", "subtract"), ("mul", "multiply"), ("truediv", "divide")):
    METHODS |= zip((_python, f"r{_python}", f"i{_python}"), operators(_name), strict=True)
for _python, _name in zip(("gt", "ge", "lt", "le", "eq", "ne"), COMPARING, strict=True):
    METHODS[_python] = operators(_name)[0]
for _python, _name in (("neg", "negative"), ("pos", "positive"), ("abs", "absolute")):
    METHODS[_python] = partialmethod(unary, name=_name)  # type: ignore[assignment]
for _python, _method in METHODS.items():
    setattr(Number, f"__{_python}__", _method)
