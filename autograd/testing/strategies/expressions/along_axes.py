"""Operations along axes: sums, products, the largest, differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from ..axes import axes
from .part import Part, applied
from .step import Draw, Step

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
    reduction("logaddexp.reduce", lambda low, high, n: (low, high + math.log(n)), (-3.0, 3.0), several=False),
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
