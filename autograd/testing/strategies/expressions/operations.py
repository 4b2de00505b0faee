"""The operations of random expressions: how each is applied to parts, and what numbers come out.

Convention: an operation draws its own options (axes, indices, shapes) and gives None where it does not fit its
operands. Elementwise ones are those of the table of domains. Results are bounded, and so are slopes: a function is
applied where it is calm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from hypothesis import strategies as st

from ..axes import axes
from ..domain_table import TABLE, Domain
from ..indices import indices, written
from .part import ATOM, LOOSE, PLUS, POWER, SIGN, TIMES, Part, applied

Kind = Literal["elementwise", "reduce", "shape", "index", "join", "product", "linalg", "fft"]
Draw = st.DrawFn
Make = Callable[[Draw, Sequence[Part]], Part | None]


@dataclass(frozen=True)
class Step:
    """One operation: of how many operands, and how it is made of them.

    ``smooth``  it has no kinks; ``scalar``: it takes Values, too
    """

    name: str
    kind: Kind
    operands: int
    make: Make
    smooth: bool = True
    scalar: bool = False


# ---------------------------------------------------------------- elementwise

SIGNS: dict[Any, tuple[str, int, tuple[int, ...]]] = {
    np.add: ("{0} + {1}", PLUS, (PLUS, TIMES)),
    np.subtract: ("{0} - {1}", PLUS, (PLUS, TIMES)),
    np.multiply: ("{0} * {1}", TIMES, (TIMES, SIGN)),
    np.divide: ("{0} / {1}", TIMES, (TIMES, SIGN)),
    np.power: ("{0} ** {1}", POWER, (ATOM, SIGN)),
    np.negative: ("-{0}", SIGN, (SIGN,)),
}


def pointwise(row: Domain) -> Step:
    """The function of a row of the table of domains."""
    count = len(row.operands)
    template = f"np.{row.name}({', '.join(f'{{{k}}}' for k in range(count))})"
    template, strength, slots = SIGNS.get(row.function, (template, ATOM, (LOOSE,) * count))

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        calm = [part.within(*operand.calm) for part, operand in zip(parts, row.operands, strict=True) if operand.calm]
        low, high = image(row.function, calm)
        return applied(template, calm, low, high, strength, slots)

    return Step(row.name, "elementwise", count, make, row.breaks != "kinks", row.scalar)


def image(function: Any, parts: Sequence[Part]) -> tuple[float, float]:
    """The interval of a function's values, where it is calm: sampled, with a margin."""
    grid = np.meshgrid(*[np.linspace(part.low, part.high, 33 if len(parts) == 1 else 9) for part in parts])
    y = function(*grid)
    low, high = float(np.min(y)), float(np.max(y))
    margin = 0.02 * (high - low)
    return low - margin if low < 0 else max(low - margin, low / 2), high + margin


def power(exponent: int, calm: tuple[float, float]) -> Step:
    """A power with an integer exponent."""

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        base = parts[0].within(*calm)
        low, high = image(lambda x: x**exponent, [base])
        return applied(f"{{0}} ** {exponent}", [base], low, high, POWER, (ATOM,))

    return Step(f"power {exponent}", "elementwise", 1, make, scalar=True)


ELEMENTWISE = [
    *(pointwise(row) for row in TABLE if row.breaks != "jumps" and all(operand.calm for operand in row.operands)),
    power(2, (-5.0, 5.0)),
    power(3, (-2.0, 2.0)),
    power(-1, (0.3, 10.0)),
]

# ---------------------------------------------------------------- along axes

Rule = Callable[[float, float, int], tuple[float, float]]


def same(low: float, high: float, n: int) -> tuple[float, float]:
    return low, high


def summed(low: float, high: float, n: int) -> tuple[float, float]:
    return min(low, low * n), max(high, high * n)


def spread(low: float, high: float, n: int) -> tuple[float, float]:
    return 0.0, high - low


def reduction(
    name: str, rule: Rule, calm: tuple[float, float] = (-10.0, 10.0), *, smooth: bool = True, several: bool = True,
    keepdims: bool = True,
) -> Step:  # fmt: skip
    """A function of all elements along some axes."""

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        x = parts[0]
        if not x.shape:
            return None
        axis = draw(axes(x.shape, kinds=("none", "int", "tuple") if several else ("int",)))
        places = range(len(x.shape)) if axis is None else [axis] if isinstance(axis, int) else axis
        options = "" if axis is None else f", axis={axis}"
        if keepdims and draw(st.booleans()):
            options += ", keepdims=True"
        x = x.within(*calm)
        low, high = rule(x.low, x.high, math.prod(x.shape[k] for k in places))
        return applied(f"np.{name}({{0}}{options})", [x], low, high)

    return Step(name, "reduce", 1, make, smooth)


def accumulation(name: str, rule: Rule, calm: tuple[float, float] = (-10.0, 10.0)) -> Step:
    """A function along one axis that is kept."""

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        if not parts[0].shape:
            return None
        axis = draw(axes(parts[0].shape, kinds=("int",)))
        x = parts[0].within(*calm)
        low, high = rule(x.low, x.high, x.shape[axis])  # type: ignore[index]
        return applied(f"np.{name}({{0}}, axis={axis})", [x], low, high)

    return Step(name, "reduce", 1, make, name != "sort")


UNIT = (-1.0, 1.0)
REDUCE = [
    reduction("sum", summed),
    reduction("mean", same),
    reduction("prod", lambda low, high, n: UNIT, UNIT),
    reduction("var", lambda low, high, n: (0.0, (high - low) ** 2 / 4), (-5.0, 5.0)),
    reduction("logaddexp.reduce", lambda low, high, n: (low, high + math.log(n)), several=False),
    reduction("trapezoid", lambda low, high, n: summed(min(low, 0), max(high, 0), n), several=False, keepdims=False),
    reduction("max", same, smooth=False),
    reduction("min", same, smooth=False),
    reduction("median", same, smooth=False),
    reduction("ptp", spread, smooth=False, several=False),
    reduction("linalg.norm", lambda low, high, n: (0.0, n * max(-low, high)), smooth=False, several=False),
    accumulation("cumsum", summed),
    accumulation("cumprod", lambda low, high, n: UNIT, UNIT),
    accumulation("diff", lambda low, high, n: (low - high, high - low), (-5.0, 5.0)),
    accumulation("sort", same),
]

# ---------------------------------------------------------------- shape

Options = Callable[[Draw, tuple[int, ...]], str | None]


def moved(name: str, options: Options = lambda draw, shape: "", *, zeros: bool = False) -> Step:
    """The same numbers in another shape or order (and zeros)."""

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        x = parts[0]
        drawn = options(draw, x.shape)
        low, high = (min(x.low, 0.0), max(x.high, 0.0)) if zeros else (x.low, x.high)
        return None if drawn is None else applied(f"np.{name}({{0}}{drawn})", [x], low, high)

    return Step(name, "shape", 1, make)


def an_axis(draw: Draw, shape: tuple[int, ...]) -> str | None:
    return f", axis={draw(axes(shape, kinds=('int',)))}" if shape else None


def new_axis(draw: Draw, shape: tuple[int, ...]) -> str:
    return f", {draw(st.integers(0, len(shape)) | st.integers(-len(shape) - 1, -1))}"


def two_axes(draw: Draw, shape: tuple[int, ...]) -> str | None:
    both = axes(shape, kinds=("int",)) if shape else None
    return f", {draw(both)}, {draw(both)}" if both is not None else None


def order(draw: Draw, shape: tuple[int, ...]) -> str:
    return "" if draw(st.booleans()) else f", {tuple(draw(st.permutations(range(len(shape)))))}"


def other_shape(draw: Draw, shape: tuple[int, ...]) -> str:
    """A shape with as many elements, one of whose sides may be -1."""
    size = math.prod(shape)
    sides: list[int] = []
    while size > 1 and len(sides) < 2 and draw(st.booleans()):
        sides.append(draw(st.sampled_from([k for k in range(1, size + 1) if size % k == 0])))
        size //= sides[-1]
    return f", {(*sides, -1) if draw(st.booleans()) else (*sides, size)}"


def broader(draw: Draw, shape: tuple[int, ...]) -> str:
    sides = [draw(st.integers(1, 3)) if side == 1 else side for side in shape]
    return f", {(*draw(st.lists(st.integers(1, 2), max_size=1)), *sides)}"


def a_shift(draw: Draw, shape: tuple[int, ...]) -> str | None:
    return f", {draw(st.integers(-2, 2))}{an_axis(draw, shape)}" if shape else None


def widths(draw: Draw, shape: tuple[int, ...]) -> str | None:
    return f", {(draw(st.integers(0, 1)), draw(st.integers(0, 1)))}" if shape else None


SHAPE = [
    moved("transpose", order),
    moved("reshape", other_shape),
    moved("ravel"),
    moved("expand_dims", new_axis),
    moved("squeeze"),
    moved("swapaxes", two_axes),
    moved("moveaxis", two_axes),
    moved("flip", an_axis),
    moved("roll", a_shift),
    moved("broadcast_to", broader),
    moved("repeat", lambda draw, shape: f", {draw(st.integers(1, 2))}{an_axis(draw, shape) or ''}"),
    moved("tile", lambda draw, shape: f", {draw(st.integers(1, 2))}"),
    moved("rot90", lambda draw, shape: "" if len(shape) > 1 else None),
    moved("tril", lambda draw, shape: "" if len(shape) > 1 else None, zeros=True),
    moved("triu", lambda draw, shape: "" if len(shape) > 1 else None, zeros=True),
    moved("pad", widths, zeros=True),
]

# ---------------------------------------------------------------- elements


def an_index(draw: Draw, parts: Sequence[Part]) -> Part | None:
    x = parts[0]
    return applied(f"{{0}}[{written(draw(indices(x.shape)))}]", [x], x.low, x.high, ATOM, (ATOM,))


def some(draw: Draw, parts: Sequence[Part]) -> Part | None:
    """np.take: places along one axis, which may repeat."""
    x = parts[0]
    if not x.shape:
        return None
    axis = draw(axes(x.shape, kinds=("int",)))
    places = draw(st.lists(st.integers(0, x.shape[axis] - 1), min_size=1, max_size=3))  # type: ignore[index]
    return applied(f"np.take({{0}}, {places}, axis={axis})", [x], x.low, x.high)


def a_diagonal(draw: Draw, parts: Sequence[Part]) -> Part | None:
    return applied("np.diagonal({0})", parts, parts[0].low, parts[0].high) if len(parts[0].shape) > 1 else None


def a_choice(draw: Draw, parts: Sequence[Part]) -> Part | None:
    """np.where with a constant condition."""
    a, b = parts
    side = draw(st.integers(1, 3))
    condition = (
        draw(st.lists(st.booleans(), min_size=side, max_size=side)) if a.shape or b.shape else draw(st.booleans())
    )
    low, high = min(a.low, b.low), max(a.high, b.high)
    return applied(f"np.where({condition}, {{0}}, {{1}})", parts, low, high)


INDEX = [
    Step("getitem", "index", 1, an_index),
    Step("take", "index", 1, some),
    Step("diagonal", "index", 1, a_diagonal),
]

# ---------------------------------------------------------------- joined, multiplied


def joined(name: str, fresh: bool = False) -> Step:
    """Two arrays side by side along an axis (a new one: stack)."""

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        a, b = parts
        shape = (*a.shape, 1) if fresh else a.shape
        if len(a.shape) != len(b.shape) or not shape or (fresh and a.shape != b.shape):
            return None
        axis = draw(axes(shape, kinds=("int",)))
        low, high = min(a.low, b.low), max(a.high, b.high)
        return applied(f"np.{name}([{{0}}, {{1}}], axis={axis})", parts, low, high)

    return Step(name, "join", 2, make)


JOIN = [joined("concatenate"), joined("stack", fresh=True), Step("where", "join", 2, a_choice)]


def product(name: str, template: str = "", strength: int = ATOM, slots: tuple[int, ...] = ()) -> Step:
    """A product of arrays: sums of at most as many terms as the smaller operand has elements."""

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        a, b = (part.within(-5.0, 5.0) for part in parts)
        size = a.size * b.size * min(math.prod(a.shape), math.prod(b.shape))
        return applied(template or f"np.{name}({{0}}, {{1}})", [a, b], -size, size, strength, slots)

    return Step(name, "product", 2, make)


PRODUCT = [
    product("matmul", "{0} @ {1}", TIMES, (TIMES, SIGN)),
    product("dot"),
    product("outer"),
    product("inner"),
    product("tensordot", "np.tensordot({0}, {1}, axes=1)"),
    product("einsum", "np.einsum('...i,...i', {0}, {1})"),
    product("einsum over two axes", "np.einsum('ij,kj->ik', {0}, {1})"),
    product("kron"),
    product("vecdot") if hasattr(np, "vecdot") else product("vdot"),
    product("convolve"),
]

# ---------------------------------------------------------------- matrices and spectra


def dominant(x: Part) -> Part | None:
    """n + 1 on the diagonal beside numbers up to 1: an inverse exists, and its elements are at most 1."""
    if len(x.shape) < 2 or x.shape[-1] != x.shape[-2]:
        return None
    n = x.shape[-1]
    return applied(f"{n + 1.0} * np.eye({n}) + {{0}}", [x.within(*UNIT)], -1.0, n + 2.0, PLUS, (TIMES,))


def of_matrix(name: str, template: str, bound: Callable[[int], float], *, symmetric: bool = False) -> Step:
    """A function of a square matrix, whose results are at most ``bound(n)``."""

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        a: Part | None = parts[0]
        if symmetric and a is not None and len(a.shape) == 2 and a.shape[0] == a.shape[1]:
            a = a.within(*UNIT)
            a = applied("{0} + {1}.T", [a, a], -2.0, 2.0, PLUS, (PLUS, ATOM))
            a = None if a is None else applied("0.5 * {0}", [a], -1.0, 1.0, TIMES, (SIGN,))
        elif symmetric:
            return None
        matrix = None if a is None else dominant(a)
        if matrix is None:
            return None
        size = bound(matrix.shape[-1])
        return applied(template, [matrix], -size, size)

    return Step(name, "linalg", 1, make)


def a_solution(draw: Draw, parts: Sequence[Part]) -> Part | None:
    matrix = dominant(parts[0])
    if matrix is None or len(parts[1].shape) != 2:
        return None
    b = parts[1].within(-5.0, 5.0)
    size = b.size * matrix.shape[-1]
    return applied("np.linalg.solve({0}, {1})", [matrix, b], -size, size)


LINALG = [
    of_matrix("inv", "np.linalg.inv({0})", lambda n: 1.0),
    of_matrix("det", "0.1 * np.linalg.det({0})", lambda n: 0.1 * (2 * n + 1.0) ** n),
    of_matrix("slogdet", "np.linalg.slogdet({0})[1]", lambda n: n * math.log(2 * n + 1.0)),
    of_matrix("matrix_power", "np.linalg.matrix_power({0}, -2)", lambda n: 1.0),
    of_matrix("trace", "np.trace({0})", lambda n: n * (n + 2.0)),
    of_matrix("cholesky", "np.linalg.cholesky({0})", lambda n: 3.0, symmetric=True),
    Step("solve", "linalg", 2, a_solution),
]


def spectrum(name: str, part: str) -> Step:
    """A Fourier transform along an axis, of which expressions take the real or the imaginary part."""

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        if not parts[0].shape:
            return None
        axis = draw(axes(parts[0].shape, kinds=("int",)))
        x = parts[0].within(-5.0, 5.0)
        size = x.size * x.shape[axis]  # type: ignore[index]
        return applied(f"np.{part}(np.fft.{name}({{0}}, axis={axis}))", [x], -size, size)

    return Step(name, "fft", 1, make)


FFT = [spectrum("fft", "real"), spectrum("fft", "imag"), spectrum("ifft", "real"), spectrum("rfft", "real")]

STEPS = [*ELEMENTWISE, *REDUCE, *SHAPE, *INDEX, *JOIN, *PRODUCT, *LINALG, *FFT]
KINDS: tuple[Kind, ...] = ("elementwise", "reduce", "shape", "index", "join", "product", "linalg", "fft")
