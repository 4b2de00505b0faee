"""Powers that are something simpler: x² is x x, and the operators' x^½ and x^-1 are √x and 1 / x.

Convention: NumPy's operator ``**`` does so for arrays of floats, its function ``np.power`` for squares alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tape.instruction import Instruction, View

__all__ = ["OPERATED", "squared"]

OPERATED: dict[float, np.ufunc] = {0.5: np.sqrt, -1: np.reciprocal}


def squared(step: Instruction) -> Instruction:
    """A square as a product; any other step as it is."""
    if step.function is not np.power or step.method or step.keywords:
        return step
    x: Any = step.arguments[0]
    exponent = step.arguments[1]
    if x.__class__ is not View or exponent.__class__ not in (int, float) or exponent != 2 or x.dtype.kind != "f":
        return step
    return Instruction(np.multiply, "", (x, x), {}, step.outputs, step.form, (x, x), step.source)
