"""Special cases of the standard's text: what functions give at 0 with either sign, ∞ and NaN.

Convention: "x | y | ... -> z" stands for f(x, y, ...) = z; the sign of a 0 counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .case import Case, case

inf, nan, pi = math.inf, math.nan, math.pi

UNARY: dict[str, str] = {
    "abs": "nan -> nan, -0.0 -> 0.0, -inf -> inf, inf -> inf",
    "acos": "nan -> nan, 2 -> nan, -2 -> nan, 1 -> 0.0",
    "acosh": "nan -> nan, 0.5 -> nan, 1 -> 0.0, inf -> inf",
    "asin": "nan -> nan, 2 -> nan, -2 -> nan, 0.0 -> 0.0, -0.0 -> -0.0",
    "asinh": "nan -> nan, 0.0 -> 0.0, -0.0 -> -0.0, inf -> inf, -inf -> -inf",
    "atan": "nan -> nan, 0.0 -> 0.0, -0.0 -> -0.0, inf -> pi/2, -inf -> -pi/2",
    "atanh": "nan -> nan, 2 -> nan, -2 -> nan, -1 -> -inf, 1 -> inf, 0.0 -> 0.0, -0.0 -> -0.0",
    "ceil": "nan -> nan, inf -> inf, -inf -> -inf, -0.0 -> -0.0, -0.5 -> -0.0",
    "cos": "nan -> nan, 0.0 -> 1.0, -0.0 -> 1.0, inf -> nan, -inf -> nan",
    "cosh": "nan -> nan, 0.0 -> 1.0, -0.0 -> 1.0, inf -> inf, -inf -> inf",
    "exp": "nan -> nan, 0.0 -> 1.0, -0.0 -> 1.0, inf -> inf, -inf -> 0.0",
    "expm1": "nan -> nan, 0.0 -> 0.0, -0.0 -> -0.0, inf -> inf, -inf -> -1.0",
    "floor": "nan -> nan, inf -> inf, -inf -> -inf, -0.0 -> -0.0, 0.5 -> 0.0",
    "log": "nan -> nan, -1 -> nan, 0.0 -> -inf, -0.0 -> -inf, 1 -> 0.0, inf -> inf",
    "log10": "nan -> nan, -1 -> nan, 0.0 -> -inf, -0.0 -> -inf, 1 -> 0.0, inf -> inf",
    "log1p": "nan -> nan, -2 -> nan, -1 -> -inf, 0.0 -> 0.0, -0.0 -> -0.0, inf -> inf",
    "log2": "nan -> nan, -1 -> nan, 0.0 -> -inf, -0.0 -> -inf, 1 -> 0.0, inf -> inf",
    "reciprocal": "nan -> nan, inf -> 0.0, -inf -> -0.0, 0.0 -> inf, -0.0 -> -inf",
    "round": "nan -> nan, inf -> inf, -inf -> -inf, -0.0 -> -0.0, 0.5 -> 0.0, 1.5 -> 2.0, -0.5 -> -0.0, 2.5 -> 2.0",
    "sign": "nan -> nan, 0.0 -> 0.0, inf -> 1.0, -inf -> -1.0",
    "sin": "nan -> nan, 0.0 -> 0.0, -0.0 -> -0.0, inf -> nan, -inf -> nan",
    "sinh": "nan -> nan, 0.0 -> 0.0, -0.0 -> -0.0, inf -> inf, -inf -> -inf",
    "sqrt": "nan -> nan, -1 -> nan, 0.0 -> 0.0, -0.0 -> -0.0, inf -> inf",
    "tan": "nan -> nan, 0.0 -> 0.0, -0.0 -> -0.0, inf -> nan, -inf -> nan",
    "tanh": "nan -> nan, 0.0 -> 0.0, -0.0 -> -0.0, inf -> 1.0, -inf -> -1.0",
    "trunc": "nan -> nan, inf -> inf, -inf -> -inf, -0.0 -> -0.0, -0.5 -> -0.0",
}
BINARY: dict[str, str] = {
    "add": "nan | 1 -> nan, inf | -inf -> nan, inf | 1 -> inf, -0.0 | -0.0 -> -0.0, -0.0 | 0.0 -> 0.0, 1 | -1 -> 0.0",
    "atan2": "nan | 1 -> nan, 1 | nan -> nan, 1 | 0.0 -> pi/2, 1 | -0.0 -> pi/2, 0.0 | 1 -> 0.0, 0.0 | 0.0 -> 0.0, "
    "0.0 | -0.0 -> pi, 0.0 | -1 -> pi, -0.0 | 1 -> -0.0, -0.0 | 0.0 -> -0.0, -0.0 | -0.0 -> -pi, -0.0 | -1 -> -pi, "
    "-1 | 0.0 -> -pi/2, 1 | inf -> 0.0, 1 | -inf -> pi, -1 | inf -> -0.0, -1 | -inf -> -pi, inf | 1 -> pi/2, "
    "-inf | 1 -> -pi/2, inf | inf -> pi/4, inf | -inf -> 3*pi/4, -inf | inf -> -pi/4, -inf | -inf -> -3*pi/4",
    "copysign": "1 | -0.0 -> -1.0, 1 | 0.0 -> 1.0, 0.0 | -1 -> -0.0, nan | 1 -> nan, -inf | 1 -> inf",
    "divide": "nan | 1 -> nan, inf | inf -> nan, 0.0 | 0.0 -> nan, 0.0 | 1 -> 0.0, -0.0 | 1 -> -0.0, 0.0 | -1 -> -0.0, "
    "1 | 0.0 -> inf, 1 | -0.0 -> -inf, -1 | 0.0 -> -inf, inf | 0.0 -> inf, inf | -1 -> -inf, 1 | inf -> 0.0, "
    "-1 | inf -> -0.0, 1 | -inf -> -0.0",
    "equal": "nan | nan -> False, 0.0 | -0.0 -> True, inf | inf -> True",
    "floor_divide": "nan | 1 -> nan, 0.0 | 0.0 -> nan, 0.0 | 1 -> 0.0, 1 | inf -> 0.0, -1 | -inf -> 0.0, 7 | 2 -> 3.0, "
    "-7 | 2 -> -4.0",
    "greater": "nan | 1 -> False, 1 | nan -> False, 0.0 | -0.0 -> False, inf | 1 -> True",
    "greater_equal": "nan | nan -> False, 0.0 | -0.0 -> True",
    "hypot": "inf | nan -> inf, nan | inf -> inf, nan | 1 -> nan, 3 | -0.0 -> 3.0, 1e200 | 1e200 -> 1e200*2**0.5",
    "less": "nan | 1 -> False, 0.0 | -0.0 -> False, -inf | 1 -> True",
    "less_equal": "nan | nan -> False, 0.0 | -0.0 -> True",
    "logaddexp": "nan | 1 -> nan, 1 | nan -> nan, inf | 1 -> inf, -inf | 1 -> 1.0, 800 | 800 -> 800+0.6931471805599453",
    "maximum": "nan | 1 -> nan, 1 | nan -> nan, -inf | 1 -> 1.0",
    "minimum": "nan | 1 -> nan, 1 | nan -> nan, inf | 1 -> 1.0",
    "multiply": "nan | 1 -> nan, inf | 0.0 -> nan, -inf | 2 -> -inf, -0.0 | 2 -> -0.0, -0.0 | -2 -> 0.0",
    "nextafter": "nan | 1 -> nan, 1 | nan -> nan, 0.0 | -0.0 -> -0.0, -0.0 | 0.0 -> 0.0",
    "not_equal": "nan | nan -> True, 0.0 | -0.0 -> False",
    "pow": "nan | 0.0 -> 1.0, nan | -0.0 -> 1.0, 1 | nan -> 1.0, nan | 1 -> nan, 2 | inf -> inf, 2 | -inf -> 0.0, "
    "1 | inf -> 1.0, -1 | inf -> 1.0, -1 | -inf -> 1.0, 0.5 | inf -> 0.0, 0.5 | -inf -> inf, inf | 2 -> inf, "
    "inf | -2 -> 0.0, -inf | 3 -> -inf, -inf | 2 -> inf, -inf | -3 -> -0.0, -inf | -2 -> 0.0, 0.0 | 2 -> 0.0, "
    "0.0 | -2 -> inf, -0.0 | 3 -> -0.0, -0.0 | 2 -> 0.0, -0.0 | -3 -> -inf, -0.0 | -2 -> inf, -8 | 0.5 -> nan",
    "remainder": "nan | 1 -> nan, inf | 1 -> nan, 1 | 0.0 -> nan, 0.0 | 1 -> 0.0, -0.0 | -1 -> -0.0, 1 | inf -> 1.0, "
    "-1 | inf -> inf, 5 | -3 -> -1.0, -5 | 3 -> 1.0, 5 | 3 -> 2.0",
    "signbit": "0.0 -> False, -0.0 -> True, -1 -> True, inf -> False, -inf -> True",
    "isnan": "nan -> True, inf -> False, 0.0 -> False",
    "isinf": "nan -> False, inf -> True, -inf -> True, 0.0 -> False",
    "isfinite": "nan -> False, inf -> False, -inf -> False, 0.0 -> True",
    "subtract": "nan | 1 -> nan, inf | inf -> nan, inf | -inf -> inf, 1 | inf -> -inf, 1 | 1 -> 0.0",
}
COMPLEX: dict[str, str] = {
    "acos": "complex(0,0) -> complex(pi/2,-0.0); "
    "complex(1,inf) -> complex(pi/2,-inf); complex(inf,0) -> complex(0,-inf)",
    "atanh": "complex(0,0) -> complex(0,0); complex(1,0) -> complex(inf,0); complex(0,inf) -> complex(0,pi/2)",
    "exp": "complex(0,0) -> complex(1,0); complex(inf,0) -> complex(inf,0); complex(nan,0) -> complex(nan,0)",
    "isfinite": "complex(inf,nan) -> False; complex(1,1) -> True",
    "isinf": "complex(inf,nan) -> True; complex(1,1) -> False",
    "isnan": "complex(nan,inf) -> True; complex(1,1) -> False",
    "log": "complex(-0.0,0) -> complex(-inf,pi); "
    "complex(0,0) -> complex(-inf,0); complex(inf,inf) -> complex(inf,pi/4)",
    "sinh": "complex(0,0) -> complex(0,0); complex(inf,0) -> complex(inf,0); complex(nan,0) -> complex(nan,0)",
    "sqrt": "complex(0,0) -> complex(0,0); complex(1,inf) -> complex(inf,inf); complex(-inf,1) -> complex(0,inf)",
    "tanh": "complex(0,0) -> complex(0,0); complex(inf,1) -> complex(1,0); complex(nan,0) -> complex(nan,0)",
}
NAMES: dict[str, Any] = {"inf": inf, "nan": nan, "pi": pi, "complex": complex}


def number(text: str) -> Any:
    return eval(text, NAMES)


def cases() -> Iterator[Case]:
    for table, kind in ((UNARY, float), (BINARY, float), (COMPLEX, complex)):
        for name, text in table.items():
            for one in text.split("; " if kind is complex else ", "):
                yield from _cases(name, one, kind)


def _cases(name: str, text: str, kind: type) -> Iterator[Case]:
    left, right = [part.strip() for part in text.split("->")]
    xs = [np.array(kind(number(part))) for part in left.split("|")]
    gives = np.array(number(right))
    if kind is float and gives.dtype.kind == "f":
        gives = gives.astype(float)
    rounded = abs(gives) > 0 and np.isfinite(gives) if gives.dtype.kind == "f" else False  # to the last place or so
    yield case(name, *xs, gives=gives, label=f"of {left}", exact=not rounded and kind is float, smooth=False)
