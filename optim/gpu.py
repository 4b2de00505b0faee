"""Formulas of rules as kernels of a GPU: a parameter moves in one pass, whatever its optimizer.

Convention: a formula's lines become lines of C in the same order and precision. The GPU may fuse a product and a sum,
so that its last bits may differ from NumPy's.
"""

from __future__ import annotations

import functools
import zlib
from typing import Any

from autograd.gpu.kernels import Kernel

from .formula import Formula

__all__ = ["move"]

TYPES = {"f": "float", "d": "double", "?": "bool"}  # of variables, in C
NAMES = {"f": "float32", "d": "float64", "?": "bool"}  # of parameters, as NumPy's dtypes are called
FORMS = {
    "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}", "negative": "-{}",
    "absolute": "fabs({})", "sqrt": "sqrt({})", "square": "{0} * {0}", "reciprocal": "1 / {}", "where": "{} ? {} : {}",
    "maximum": "({0} >= {1} || {0} != {0}) ? {0} : {1}", "minimum": "({0} <= {1} || {0} != {0}) ? {0} : {1}",
    "sign": "{0} > 0 ? 1 : ({0} < 0 ? -1 : {0})", "greater": "{} > {}", "greater_equal": "{} >= {}", "less": "{} < {}",
    "less_equal": "{} <= {}", "equal": "{} == {}", "not_equal": "{} != {}", "astype": "{}",
}  # fmt: skip
KNOWN = set(FORMS)


@functools.cache
def kernel(formula: Formula) -> Kernel:
    """The kernel of a formula: x and what is kept are read, and written as ``x_``, ``k0_``, ..."""
    own, parameter = TYPES[formula.letter], NAMES[formula.letter]
    starts = ["x", *(f"k{i}" for i in range(len(formula.results) - 1))]
    there = [(start, end) for start, end in zip(starts, formula.results, strict=True) if end is not None]
    inputs = [f"{parameter} {name}" for name in ("x", "g", *(s for s, _ in there[1:]))]
    inputs += [f"{NAMES[kind]} c{i}" for i, kind in enumerate(formula.kinds)]
    text = [
        f"{TYPES[line.kind]} v{i} = {FORMS[line.name].format(*line.operands)};" for i, line in enumerate(formula.lines)
    ]
    text += [f"{own} end{i} = {end};" for i, (_, end) in enumerate(there)]  # all are read before the first is written
    text += [f"{start}_ = end{i};" for i, (start, _) in enumerate(there)]
    name = f"move_{zlib.crc32(repr(formula).encode()):x}"  # the same in every process: CuPy keeps what it compiled
    return Kernel(name, ", ".join(inputs), ", ".join(f"{parameter} {start}_" for start, _ in there), "\n".join(text))


def move(formula: Formula, constants: list[float], x: Any, g: Any, kept: list[Any]) -> None:
    """Move the numbers x, and what is kept, in place."""
    memories = [a for a, end in zip(kept, formula.results[1:], strict=True) if end is not None]
    kernel(formula)(x, g, *memories, *constants, out=(x, *memories))
