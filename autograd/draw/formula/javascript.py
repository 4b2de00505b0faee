"""Expressions of numbers as JavaScript, for pages that compute them again: ``(1 - Math.pow(Math.tanh(q4), 2))``.

Convention: what ``Math`` lacks is a function of the object ``chalk``, which ``FUNCTIONS_IN_JAVASCRIPT`` defines. A
symbol is written by the key of its quantity (``q4``), never by its name, which may be anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from .expression import (
    Call,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Test,
)  # fmt: skip
from .functions import FUNCTIONS

__all__ = ["FUNCTIONS_IN_JAVASCRIPT", "to_javascript"]

RELATIONS = {">": ">", "<": "<", "≥": ">=", "≤": "<=", "=": "==="}


def by_key(symbol: Symbol) -> str:
    if symbol.key is None:
        raise ValueError(f"the symbol {symbol.name!r} has no key, so it needs a name in JavaScript: pass name=")
    return f"q{symbol.key}"


def to_javascript(x: Expression, name: Callable[[Symbol], str] = by_key) -> str:
    """The expression as source text; raises ValueError for arrays and for functions that have no row."""
    if x.shape:
        raise ValueError(f"only expressions of numbers are written in JavaScript; this one has the shape {x.shape}")
    if isinstance(x, Number):
        return number(x.value)
    if isinstance(x, Symbol):
        return name(x)
    parts = [to_javascript(part, name) for part in x.parts]
    if isinstance(x, Sum):
        return f"({' + '.join(parts)})"
    if isinstance(x, Product):
        return f"({' * '.join(parts)})"
    if isinstance(x, Quotient):
        return f"({parts[0]} / {parts[1]})"
    if isinstance(x, Negative):
        return f"(-{parts[0]})"
    if isinstance(x, Power):
        return f"Math.pow({parts[0]}, {parts[1]})"
    if isinstance(x, Test):
        return f"({parts[0]} {RELATIONS[x.relation]} {parts[1]} ? 1 : 0)"
    if isinstance(x, Call) and x.name in FUNCTIONS:
        return f"{FUNCTIONS[x.name].javascript}({', '.join(parts)})"
    raise ValueError(f"there is no JavaScript for {getattr(x, 'name', type(x).__name__)!r}")


def number(x: float) -> str:
    """A float to its last digit."""
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "Infinity" if x > 0 else "(-Infinity)"
    text = repr(float(x)).removesuffix(".0")
    return f"({text})" if text.startswith("-") else text


# Tails and poles as in autograd/value/functions.py. erfc: the series of erf below 2.5, above it the continued fraction
# (DLMF 7.9.1); the gamma function by Stirling's series after recurrence (DLMF 5.11.1).
FUNCTIONS_IN_JAVASCRIPT = r"""
const chalk = {
  exp2: x => Math.pow(2, x),
  radians: x => x * Math.PI / 180,
  degrees: x => x * 180 / Math.PI,
  round: x => { const n = Math.round(x); return Math.abs(x % 1) === 0.5 && n % 2 ? n - 1 : n; },
  relu: x => Math.max(x, 0),
  floordiv: (a, b) => Math.floor(a / b),
  mod: (a, b) => a - b * Math.floor(a / b),
  fmod: (a, b) => a % b,
  rem: (a, b) => a - b * chalk.round(a / b),
  copysign: (a, b) => Object.is(b, -0) || b < 0 ? -Math.abs(a) : Math.abs(a),
  ldexp: (x, i) => x * Math.pow(2, i),
  sigmoid: x => { const e = Math.exp(-Math.abs(x)); return (x >= 0 ? 1 : e) / (1 + e); },
  logsigmoid: x => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  softplus: (x, beta = 1) => (Math.max(beta * x, 0) + Math.log1p(Math.exp(-Math.abs(beta * x)))) / beta,
  softsign: x => x / (1 + Math.abs(x)),
  gaussian: x => Math.exp(-x * x),
  rbf: (x, c, w) => Math.exp(-Math.pow((x - c) / w, 2)),
  silu: x => x * chalk.sigmoid(x),
  leaky_relu: (x, a = 0.01) => x > 0 ? x : a * x,
  hardtanh: (x, a = -1, b = 1) => Math.min(Math.max(x, a), b),
  hardsigmoid: x => Math.min(Math.max(x / 6 + 0.5, 0), 1),
  hardswish: x => x * chalk.hardsigmoid(x),
  threshold: (x, a, b) => x <= a ? b : x,
  elu: (x, a = 1) => x > 0 ? x : a * Math.expm1(x),
  selu: x => 1.0507009873554805 * chalk.elu(x, 1.6732632423543772),
  gelu: x => x * chalk.Phi(x),
  mish: x => x * Math.tanh(chalk.softplus(x)),
  logaddexp: (a, b) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))),
  erf: x => {
    if (Math.abs(x) >= 2.5) return x > 0 ? 1 - chalk.erfc(x) : chalk.erfc(-x) - 1;
    let term = x, sum = x;
    for (let n = 1; n < 100; n++) { term *= 2 * x * x / (2 * n + 1); sum += term; }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  },
  erfc: x => {
    if (x < 2.5) return x <= -2.5 ? 2 - chalk.erfc(-x) : 1 - chalk.erf(x);
    let t = x;
    for (let n = 100; n > 0; n--) t = x + n / 2 / t;
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / t;
  },
  Phi: x => chalk.erfc(-x / Math.SQRT2) / 2,
  phi: x => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI),
  stirling: x => {
    const c = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
    let sum = 0;
    for (let k = c.length - 1; k >= 0; k--) sum = sum / (x * x) + c[k];
    return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + sum / x;
  },
  gamma: x => {
    if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * chalk.gamma(1 - x));
    let p = 1;
    while (x < 15) p *= x++;
    return Math.exp(chalk.stirling(x)) / p;
  },
  lgamma: x => {
    if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - chalk.lgamma(1 - x);
    let p = 1;
    while (x < 15) p *= x++;
    return chalk.stirling(x) - Math.log(p);
  },
  digamma: x => chalk.polygamma(x, 0),
  polygamma: (x, n = 0) => {
    if (x <= 0 && Number.isInteger(x)) return NaN;
    if (n === 0 && x < -10) return chalk.polygamma(1 - x, 0) - Math.PI / Math.tan(Math.PI * x);
    const B = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];
    const factorial = k => { let p = 1; for (let i = 2; i <= k; i++) p *= i; return p; };
    const odd = n % 2 === 0 ? -1 : 1;
    let y = 0;
    for (; x < 15; x++) y += odd * factorial(n) * Math.pow(x, -n - 1);
    if (n === 0) {
      y += Math.log(x) - 1 / (2 * x);
      B.forEach((b, k) => { y -= b / (2 * k + 2) * Math.pow(x, -2 * k - 2); });
      return y;
    }
    y += odd * (factorial(n - 1) * Math.pow(x, -n) + factorial(n) * Math.pow(x, -n - 1) / 2);
    B.forEach((b, k) => {
      y += odd * b * factorial(2 * k + 1 + n) / factorial(2 * k + 2) * Math.pow(x, -2 * k - 2 - n);
    });
    return y;
  },
};
"""
