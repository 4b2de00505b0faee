"""``python -m optim.rules``: a table of the optimizers, and of how each one's rule moves large parameters."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.native import native_here

from . import launch
from .formula import Formula, formula
from .optimizer import Optimizer
from .options import Options, by_name

__all__ = ["found", "optimizers", "table"]

TEXT = f"""
"operations" counts the arithmetic that is recorded of a rule's first step with the usual options; other options have
more. It moves all parameters of a group together, from {launch.SIZE:,} numbers on: fewer take less time than being
collected. Without numba that is from {launch.BLOCKS_SIZE:,} on, and only on several threads. NumPy begins, by blocks on
all cores, and compiled code takes over after {launch.AFTER:,} numbers, which take about as long as compiling. A rule
that is more than arithmetic is run as it stands, parameter by parameter. CHALKGRAD_NATIVE=0 switches numba off.
"""


def optimizers() -> list[type[Optimizer]]:
    """All of the library, by their names."""
    package: Any = importlib.import_module("optim")
    things = [getattr(package, name) for name in package.__all__]
    return [x for x in things if isinstance(x, type) and issubclass(x, Optimizer) and x is not Optimizer]


def found(kind: type[Optimizer], letter: str = "f") -> Formula | None:
    """The formula of an optimizer's rule with its usual options, for arrays of a dtype; None if it has none."""
    if not kind.elementwise:
        return None
    p = Tensor(np.zeros(2, letter), requires_grad=True)
    p.grad = np.ones(2, letter)
    make: Any = kind
    optimizer: Optimizer = make([p])
    [(options, [(_, _, memory)])] = optimizer._prepared()
    climbs = bool(options.pop("maximize", False))
    arguments = optimizer.count(memory, options if by_name(kind.rule) else {"o": Options(**options)})
    made = formula(kind.rule, memory["step"], list(map(memory.get, optimizer.keeps)), arguments, letter, climbs)
    return None if made is None else made[0]


def table() -> str:
    """A line for each optimizer."""
    rows = [("optimizer", "moved by", "operations", "keeps", "dtypes")]
    for kind in optimizers():
        line = found(kind)
        if line is None:
            rows.append((kind.__name__, "its rule", "-", ", ".join(kind.keeps) or "-", "all"))
        else:
            by = "numba" if native_here() else "NumPy, in blocks"
            kept = [name for name, result in zip(kind.keeps, line.results[1:], strict=True) if result]
            rows.append((kind.__name__, by, str(len(line.lines)), ", ".join(kept) or "-", "float32, float64"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


if __name__ == "__main__":
    print(table(), TEXT, sep="\n", end="")
