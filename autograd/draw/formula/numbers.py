"""Numbers as they are written beside formulas: four significant digits, an ordinary hyphen as the minus sign."""

from __future__ import annotations

import math

__all__ = ["FRACTIONS", "number_latex", "number_text"]

FRACTIONS = {0.5: "½", 0.25: "¼", 0.75: "¾"}


def number_text(x: float, digits: int = 4) -> str:
    """``-0.12``, ``1.5``, ``2e-05``; whole digits of a number below a million are all written."""
    if math.isnan(x):
        return "nan"
    if math.isinf(x):
        return "∞" if x > 0 else "-∞"
    if x == int(x) and abs(x) < 1e6:
        return str(int(x)) if x else "0"
    return f"{x:.0f}" if 10**digits - 0.5 <= abs(x) < 1e6 else f"{x:.{digits}g}"


def number_latex(x: float) -> str:
    """The same in LaTeX, with powers of ten."""
    text = number_text(x).replace("∞", r"\infty").replace("nan", r"\mathrm{NaN}")
    if "e" not in text:
        return text
    digits, _, exponent = text.partition("e")
    return rf"{digits} \cdot 10^{{{int(exponent)}}}"
