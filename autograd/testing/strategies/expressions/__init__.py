"""Random functions of numbers and of arrays, printed as the code that they are."""

from .expression import Call, Expression
from .growing import calls, expressions

__all__ = ["Call", "Expression", "calls", "expressions"]
