"""Lines of mathematics with places for numbers: formulas in symbols, and the same formulas in numbers.

Convention: a part begins with its sign of equality, ``= x1 w1 + b1``, so that a line may break before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..formula import Expression, Symbol, to_text
from ..formula.text import Text
from .story import Piece, What

__all__ = ["factor", "in_numbers", "in_symbols", "pieces", "place"]

OPEN, CLOSE = "\ue000", "\ue001"  # private signs, which no name contains
MARK = re.compile(f"{OPEN}(\\w+) (\\d+){CLOSE}")
RAISED = tuple("⁻⁰¹²³⁴⁵⁶⁷⁸⁹^ᵀ")


class _Numeric(Text):
    """Between numbers a product needs its sign."""

    def between(self, a: Expression | None, b: Expression, text: str) -> str:
        return self.times if a is not None and a.shape and b.shape else self.dot


def place(what: What, key: int) -> str:
    """A place for a number within a text that ``pieces`` takes apart."""
    return f"{OPEN}{what} {key}{CLOSE}"


def in_symbols(x: Expression) -> str:
    """``δ4 (1 - tanh² h1)``"""
    return to_text(x)


def in_numbers(x: Expression, number: Callable[[Symbol], str] | None = None) -> str:
    """The same with the symbols' values in their places."""
    written = number or (lambda symbol: place("value", symbol.key or 0))
    return _Numeric(lambda symbol, alone: written(symbol)).write(x)  # the page puts brackets around what it fills in


def pieces(text: str) -> list[Piece]:
    """A text and the places in it. A negative number stands in brackets after another sign or below an exponent."""
    found: list[Piece] = []
    end = 0
    for match in MARK.finditer(text):
        before, after = text[end : match.start()], text[match.end() :]
        if before:
            found.append(before)
        first = not text[: match.start()].strip("= ") or text[: match.start()].endswith(("(", "= ", "|", "√(", ", "))
        found.append((match[1], int(match[2]), not first or after.startswith(RAISED)))  # type: ignore[arg-type]
        end = match.end()
    if text[end:]:
        found.append(text[end:])
    return found


def factor(text: str) -> str:
    """In brackets where it is a sum, a quotient or begins with a sign, so that it can follow a ``·``."""
    depth = 0
    for k, c in enumerate(text):
        depth += (c in "(|[") - (c in ")]")
        if depth == 0 and (text.startswith((" + ", " - ", " / "), k) or (k == 0 and c == "-")):
            return f"({text})"
    return text
