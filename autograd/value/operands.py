"""What a Value computes with: numbers become floats, everything else is refused with advice."""

from __future__ import annotations

import numbers

import numpy as np

from ..declare import Late
from ..declare import shown as short

MISTAKES = (ValueError, ZeroDivisionError, OverflowError)  # of Python's arithmetic and ``math``
REASONS = {"math domain error": "it is not defined there", "math range error": "the result is too large"}


def number_of(x: object) -> float:
    """A plain number as a float, integers and truth values included."""
    if x.__class__ is float or x.__class__ is int:  # as nearly always
        return float(x)
    if isinstance(x, numbers.Real | np.bool_):
        return x.item() if isinstance(x, Late.Number) else float(x)
    kind = type(x).__name__
    if hasattr(x, "__array_ufunc__"):
        advice = "Put Values into an array, np.array([v, w]), to compute with arrays; x.item() is a single number."
    elif isinstance(x, str):
        advice = f"Write float({x!r}) if it is a number."
    elif isinstance(x, complex):
        advice = "Complex numbers are differentiated with Tensor."
    elif x is None:
        advice = "Did a function that should return a number return nothing?"
    else:
        advice = "Take its numbers one by one, or write float(x) if it is one."
    raise TypeError(f"a Value computes with real numbers and other Values, not {kind} {short(x):.60}. {advice}")


def incomparable(symbol: str, x: object) -> TypeError:
    """The error of comparing a Value with something that is no number."""
    advice = " Did a function that should return a number return nothing?" if x is None else ""
    return TypeError(f"v {symbol} x: a Value is compared with numbers, not {type(x).__name__} {short(x):.60}.{advice}")


def detached(what: str, advice: str) -> TypeError:
    """The error of taking a Value out of its graph without saying so."""
    return TypeError(f"{what} would take a Value out of its graph, and its gradient would silently be lost: {advice}")


def outside(error: Exception, name: str, *operands: object) -> Exception:
    """An arithmetic error again, with the operation's name and its operands."""
    shown = []
    lines = ""
    for x in operands:
        label = getattr(x, "label", "")
        shown.append((f"{label} = " if label else "") + repr(getattr(x, "number", x)))
        line = getattr(getattr(x, "_label", ""), "source", "")  # under debug()
        if line:
            lines += f"\n  {shown[-1]} is the result of '{x.op.name}', recorded at {line}"  # type: ignore[attr-defined]
    text = REASONS.get(str(error), str(error)) or "it is not defined there"
    return type(error)(f"{name}({', '.join(shown)}): {text}{lines}")
