"""Elementwise operations: the functions of the table of domains, where they are calm, and powers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..domain_table import TABLE, Domain
from .part import ATOM, LOOSE, PLUS, POWER, SIGN, TIMES, Part, applied
from .step import Draw, Step

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
