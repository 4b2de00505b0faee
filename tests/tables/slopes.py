"""Slopes where a careless formula overflows, cancels or loses the tail: exact numbers, computed with 60 digits.

Convention: ``slope(name, f, x, d)`` gives df/dx at x, for a function of several numbers the tuple of both; of an array,
d is the gradient of f. ``second`` is the second derivative, where one is given; ``value``, whether Values have the
function too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from autograd import Value, special


@dataclass(frozen=True)
class Slope:
    name: str
    function: Callable[..., Any]
    x: tuple[Any, ...]
    d: tuple[Any, ...]
    dtype: str
    second: float | None
    value: bool


ROWS: list[Slope] = []


def slope(
    name: str, function: Callable[..., Any], x: Any, d: Any, dtype: str = "float64", *, second: float | None = None,
    value: bool = True,
) -> None:  # fmt: skip
    several = isinstance(x, tuple)
    value = value and dtype == "float64" and not isinstance(x, list)
    ROWS.append(
        Slope(f"{name} {dtype}", function, x if several else (x,), d if several else (d,), dtype, second, value)
    )


# ---------------------------------------------------------------- tails

slope("tanh at 20", np.tanh, 20.0, 1.6993417021166355e-17, second=-3.398683404233271e-17)
slope("tanh at -300", np.tanh, -300.0, 1.0601586212017243e-260)
slope("tanh at 1000", np.tanh, 1000.0, 0.0)
slope("tanh at 10", np.tanh, 10.0, 8.244614455e-09, "float32")
slope("tanh at 5", np.tanh, 5.0, 1.8158323e-04, "float16")
slope("sigmoid at 45", lambda x: x.sigmoid(), 45.0, 2.8625185805493937e-20, second=-2.8625185805493937e-20)
slope("sigmoid at -700", lambda x: x.sigmoid(), -700.0, 9.8596765437597709e-305)
slope("sigmoid at 1000", lambda x: x.sigmoid(), 1000.0, 0.0)
slope("sigmoid at 9", lambda x: x.sigmoid(), 9.0, 1.2337934976e-4, "float16")
slope("expm1 at -45", np.expm1, -45.0, 2.8625185805493937e-20)
slope("exp2 where it just overflows", np.exp2, 1024.3, 1.5340871058449761e308, value=False)
slope("gelu at -9", lambda x: x.gelu(), -9.0, -9.1389373739066393e-18)
slope("gelu at -6", lambda x: x.gelu(), -6.0, -3.5468709e-08, "float32")
slope("gelu by tanh far to the right", lambda x: x.gelu("tanh"), 1e200, 1.0, value=False)
slope("gelu by tanh far to the left", lambda x: x.gelu("tanh"), -1e200, 0.0, value=False)
slope("gelu by tanh at 300", lambda x: x.gelu("tanh"), 300.0, 1.0, "float16")
slope("gaussian at the end of the range", lambda x: x.gaussian(), 1.7e308, 0.0)
slope("arctanh beside its pole", np.arctanh, 1 - 2.0**-40, 549755813888.2500)

# ---------------------------------------------------------------- squares out of range

slope("arcsinh at 1e200", np.arcsinh, 1e200, 1e-200)
slope("arcsinh at 300", np.arcsinh, 300.0, 0.00333331481, "float16")
slope("arctan at 150", np.arctan, 150.0, 4.444246914e-05, "float16")
slope("arctan at 1e20", lambda x: 1e10 * np.arctan(x), 1e20, 1e-30, "float32")
slope("softsign at 1e20", lambda x: 1e10 * x.softsign(), 1e20, 1e-30, "float32")
slope("arccosh at 1e200", lambda x: x.arccosh(), 1e200, 1e-200)
slope("arctan2 of tiny numbers", np.arctan2, (1e-200, 1e-200), (5e199, -5e199))
slope("arctan2 of huge numbers", np.arctan2, (3e200, 4e200), (1.6e-201, -1.2e-201))
slope("arctan2", np.arctan2, (300.0, 400.0), (1.6e-3, -1.2e-3), "float16")
slope("hypot with a large factor", lambda a, b: 1e10 * np.hypot(a, b), (3e300, 4e300), (6e9, 8e9))
slope("a quotient with a large factor", lambda a, b: 1e200 * (a / b), (1e250, 1e100), (1e100, -1e250))
slope("rbf of a wide template", lambda x: x.rbf(0.0, 300.0), 100.0, -0.0019885318, "float16")

# ---------------------------------------------------------------- log-sum-exp


def logaddexp(a: Any, b: Any) -> Any:
    """NumPy's has no loop for objects, so that Values have it as a method alone."""
    return a.logaddexp(b) if isinstance(a, Value) else np.logaddexp(a, b)


slope("logaddexp of equal large numbers", logaddexp, (4e16, 4e16), (0.5, 0.5))
slope("logaddexp at 1e8", logaddexp, (1e8, 1e8 - 30), (0.99999999999990642, 9.357622968839299e-14))
slope("logaddexp at 1e5", logaddexp, (1e5, 1e5 - 3), (0.952574127, 0.0474258732), "float32")
slope("logaddexp at 6e4", logaddexp, (6e4, 6e4 - 32), (1.0, 0.0), "float16")
slope("logaddexp with ∞", logaddexp, (inf, 0.0), (1.0, 0.0))
slope("logaddexp of two ∞", logaddexp, (inf, inf), (0.5, 0.5))
slope("logaddexp with -∞", logaddexp, (-inf, 0.0), (0.0, 1.0))
slope("logaddexp of two -∞", logaddexp, (-inf, -inf), (0.0, 0.0))
slope("logaddexp2 at 1e8", np.logaddexp2, (1e8, 1e8 - 4), (16 / 17, 1 / 17), value=False)
slope("logsumexp at -1e5", special.logsumexp, [-1e5] * 3, [1 / 3] * 3, "float32")
slope("logsumexp with ∞", special.logsumexp, [inf, 0.0, inf], [0.5, 0.0, 0.5])
slope("logsumexp with weights", lambda b: special.logsumexp(np.array([1e15, 1e15]), b=b), [1.0, 3.0], [0.25, 0.25])
slope("logsumexp by weighted numbers", lambda a: special.logsumexp(a, b=[3.0, -1.0]), [1e15, 1e15], [1.5, -0.5])
slope("logaddexp.reduce at 1e15", np.logaddexp.reduce, [1e15, 1e15], [0.5, 0.5])
slope("logsumexp of very many", lambda x: special.logsumexp(x), [2.5] * 66000, [1 / 66000] * 66000, "float16")

# ---------------------------------------------------------------- products

slope("prod that underflows", np.prod, [1e-200, 1e-150], [1e-150, 1e-200])
slope("prod with ∞", np.prod, [inf, 2.0], [2.0, inf])
slope("prod of tiny numbers that are put right", lambda x: np.prod(x), [1e-200, 1e-200, 1e300], [1e100, 1e100, 0.0])
slope("nanprod that underflows", np.nanprod, [1e-200, np.nan, 1e-150], [1e-150, 0.0, 1e-200])
slope("cumprod that underflows", lambda x: np.cumprod(x)[-1], [1e-200, 1e-150], [1e-150, 1e-200])
slope("cumprod with ∞", lambda x: np.cumprod(x)[-1], [inf, 2.0], [2.0, inf])

# ---------------------------------------------------------------- very many in half precision

slope("max of very many ties", np.max, [2.5] * 66000, [1 / 66000] * 66000, "float16")
slope("an element taken often", lambda x: np.sum(x[np.zeros(3000, int)].astype("f4")), [1.0], [3000.0], "float16")
ONES, COUNT = np.ones((3000, 2), np.float16), [3000.0 - i for i in range(3000)]
slope("numbers broadcast often", lambda x: np.sum((x * ONES).astype("f4")), [1.0, 2.0], [3000.0] * 2, "float16")
slope("cumsum of many", lambda x: np.sum(np.cumsum(x).astype("f4")), [0.0] * 3000, COUNT, "float16")
slope("var of numbers beside each other", np.var, [1000.0, 1001.0, 1003.0], [-8 / 9, -2 / 9, 10 / 9], "float16")

# ---------------------------------------------------------------- values beside infinities and steps

slope("interp on a step at the end", lambda f: np.interp(1.0, [0.0, 1.0, 1.0], f), [0.0, 1.0, 5.0], [0.0, 0.0, 1.0])
slope("median between infinities", np.median, [1.0, inf, inf, inf], [0.0, 0.5, 0.5, 0.0])
