"""Symbols: formulas of recorded operations and of their local derivatives, as text and LaTeX."""

from .evaluate import evaluate
from .expression import Expression, Number, Symbol
from .fold import fold
from .latex import to_latex
from .numbers import number_latex, number_text
from .steps import Formulas, Step, Use
from .text import to_text

__all__ = [
    "Expression", "Formulas", "Number", "Step", "Symbol", "Use", "evaluate", "fold", "number_latex", "number_text",
    "to_latex", "to_text",
]  # fmt: skip
