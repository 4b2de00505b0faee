"""Numbers as text: single ones, small arrays as tables, and what is said of large ones.

Convention: a text shows the number rounded, never cut. An array is a table of its last axis; the axes before it are
rows.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...typing import NDArray, Shape
from ..formula.numbers import number_text

__all__ = ["DIGITS", "as_numbers", "by", "fits", "literal", "number", "plain", "statistics", "table", "troubles"]

DIGITS = 4  # significant ones
LONGEST = 24  # characters of something written into an operation


def number(x: object, digits: int = DIGITS) -> str:
    """A number, rounded to so many significant digits: ``0.3333``, ``-2``, ``1e-09``; truth as it is, and of numbers
    below a million all whole digits: ``1030``, not ``1.03e+03``."""
    x = plain(x)
    if isinstance(x, bool) or not isinstance(x, int | float | complex):
        return str(x)
    if isinstance(x, complex) or not math.isfinite(x):
        return f"{x + 0.0:.{digits}g}"  # + 0.0: no minus before a zero
    return number_text(x, digits)


def plain(x: object) -> object:
    """A number of NumPy's, or an array of no axes, as Python's number."""
    return x.item() if isinstance(x, np.generic | np.ndarray) else x


def literal(x: Any) -> str:
    """What was written into an operation, on one line and not too long."""
    if getattr(x, "ndim", 0):
        return f"[{by(x.shape)}]"
    text = " ".join(number(x).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def by(shape: Shape) -> str:
    """A shape as text: ``64×10``."""
    return "×".join(map(str, shape))


def as_numbers(x: Any) -> NDArray[Any] | None:
    """An array of real numbers: the magnitudes of complex ones; None for what is not made of numbers."""
    array = np.asarray(x)
    if array.dtype.kind == "c":
        return np.abs(array)
    return array.astype(np.float64, copy=False) if array.dtype.kind in "biuf" else None


def fits(shape: Shape, rows: int, columns: int) -> bool:
    """Can the table of such an array have at most so many rows and columns, and at least one element?"""
    size = int(np.prod(shape))
    width = shape[-1] if shape else 1
    return 0 < size <= rows * columns and width <= columns and size <= rows * width


def table(x: Any, digits: int = 3) -> list[str]:
    """The rows of a small array, the columns aligned: all numbers have the decimals that the longest needs, if few."""
    array = np.asarray(x)
    grid = array.reshape(-1, array.shape[-1] if array.ndim else 1)
    texts = [[number(element, digits) for element in row] for row in grid.tolist()]
    decimals = max(len(text.partition(".")[2]) for row in texts for text in row)
    if decimals <= digits + 1 and all(text.strip("-.0123456789") == "" for row in texts for text in row):
        texts = [[f"{element:.{decimals}f}" if element else "0" for element in row] for row in grid.tolist()]
    widths = [max(len(row[k]) for row in texts) for k in range(grid.shape[1])]
    return [" ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)) for row in texts]


def statistics(x: Any) -> str:
    """``min -1.2, max 3.4, mean 0.1, std 0.5, 12% zeros`` of the finite elements, and what is wrong with the others."""
    array = as_numbers(x)
    if array is None or not array.size:
        return ""
    finite = array[np.isfinite(array)]
    said = []
    if finite.size:
        with np.errstate(over="ignore", invalid="ignore"):
            facts = {"min": finite.min(), "max": finite.max(), "mean": finite.mean(), "std": finite.std()}
        said = [f"{word} {number(fact)}" for word, fact in facts.items()]
        said.append(f"{np.count_nonzero(finite == 0) / array.size:.0%} zeros")
    return ", ".join([*said, *([troubles(array)] if troubles(array) else [])])


def troubles(x: Any) -> str:
    """``3 NaN, 1 inf`` of an array that holds such, else nothing."""
    if isinstance(x, float) and math.isfinite(x):
        return ""
    array = as_numbers(x)
    if array is None:
        return ""
    counts = {"NaN": np.count_nonzero(np.isnan(array)), "inf": np.count_nonzero(np.isinf(array))}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)
