"""``scipy.special`` for tensors and arrays: same names, same arguments, differentiable.

Convention: what SciPy has as a ufunc is SciPy's own (``autograd.special.erf is scipy.special.erf``, or with
SCIPY_ARRAY_API=1 the ufunc that this one calls); what it writes in Python, where tensors cannot enter, is written here.
``logsumexp``, ``softmax`` and ``log_softmax`` need NumPy alone; the other names import SciPy at their first use, and
raise ImportError where it is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, overload

import numpy as np

from .declare import Late, native, plain
from .extras import extra
from .ops.arguments import array
from .ops.special import softmax as normalised
from .ops.special.scipy import bare, ensure_scipy
from .typing import A, ArrayLike, Axis

__all__ = ["comb", "factorial", "log_softmax", "logsumexp", "multigammaln", "perm", "polygamma", "softmax"]


def _scipy(name: str) -> Any:
    extra("scipy.special", "scipy", f"autograd.special.{name}")
    ensure_scipy()
    return bare()


def __getattr__(name: str) -> Any:
    """SciPy's ufunc of this name."""
    if not name.startswith("_"):
        function: Any = getattr(_scipy(name), name, None)
        if isinstance(function, np.ufunc) or name in ("zeta", "lambertw", "sinc"):
            return function
        if function is not None:
            raise AttributeError(
                f"autograd.special has no '{name}': SciPy writes it in Python, where tensors cannot pass through. "
                "Compose it from the ufuncs that it uses."
            )
    raise AttributeError(f"module 'autograd.special' has no attribute '{name}'")


# ---------------------------------------------------------------- softmax and log-sum-exp


def softmax(x: A, axis: Axis = None) -> A:
    """y = exp(x) / Σ exp(x) over the axes.

    ``x``     any array; y has its shape
    ``axis``  one axis, a tuple of them, or None for all
    """
    return normalised.softmax(array(x), axis)


def log_softmax(x: A, axis: Axis = None) -> A:
    """y = x - log Σ exp(x) over the axes.

    ``x``     any array; y has its shape
    ``axis``  one axis, a tuple of them, or None for all
    """
    return normalised.log_softmax(array(x), axis)


@overload
def logsumexp(
    a: A, axis: Axis = None, b: ArrayLike | None = None, keepdims: bool = False, return_sign: Literal[False] = False
) -> A: ...
@overload
def logsumexp(
    a: A, axis: Axis = None, b: ArrayLike | None = None, keepdims: bool = False, *, return_sign: Literal[True]
) -> tuple[A, A]: ...
def logsumexp(a: Any, axis: Axis = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """y = log Σ b exp(a) over the axes; differentiable in a and in b, and nothing overflows.

    ``a``            any array
    ``axis``         one axis, a tuple of them, or None for all
    ``b``            weights, broadcast with a; 1 if left out
    ``keepdims``     whether y keeps these axes, with the length 1
    ``return_sign``  return log|Σ b exp(a)| and the sign of the sum, for complex numbers its phase; otherwise a
                     negative sum gives NaN
    """
    y, sign = normalised.signed_logsumexp(a if isinstance(a, Late.Tensor) else native(a), b, axis)
    if not keepdims:
        y, sign = np.squeeze(y, axis=axis), np.squeeze(sign, axis=axis)
    if y.dtype.kind == "c":
        return (np.real(y), np.exp(1j * np.imag(y))) if return_sign else y
    if return_sign:
        return y, sign
    return y if b is None or not np.any(sign < 0) else np.where(sign < 0, np.nan, y)


# ---------------------------------------------------------------- gamma functions


def polygamma(n: ArrayLike, x: A) -> A:
    """ψ⁽ⁿ⁾(x), the n-th derivative of digamma: (-1)ⁿ⁺¹ n! ζ(n + 1, x), element by element.

    ``n``  the orders, whole numbers, which are constant; broadcast with x
    ``x``  any array
    """
    sc = _scipy("polygamma")
    n = np.asarray(n)
    order = np.maximum(n, 1)
    scale = (-1.0) ** (order + 1) * sc.gamma(order + 1.0)
    found: Any = np.where(n == 0, sc.psi(x), scale * sc.zeta(order + 1, x))
    return found


def multigammaln(a: A, d: int) -> A:
    """log Γ_d(a) = d(d - 1)/4 log π + Σ log Γ(a + (1 - j)/2), j = 1..d: the log of the multivariate gamma function.

    ``a``  any array, element by element; ValueError is raised unless a > (d - 1) / 2
    ``d``  the dimension, a whole number
    """
    sc = _scipy("multigammaln")
    if np.any(plain(a) <= (d - 1) / 2):
        raise ValueError(f"multigammaln: a must be greater than (d - 1) / 2 = {(d - 1) / 2}")
    y: Any = d * (d - 1) / 4 * math.log(math.pi)
    for j in range(1, d + 1):
        y = y + sc.gammaln(a + (1 - j) / 2)
    return y


# ---------------------------------------------------------------- counting


def factorial(n: A) -> A:
    """n! = Γ(n + 1), and 0 for n < 0.

    ``n``  any array, element by element; between whole numbers it is the gamma function
    """
    sc = _scipy("factorial")
    return _counted(n, 0, lambda n, k: sc.gamma(n + 1))


def comb(N: A, k: ArrayLike) -> A:
    """N! / k! (N - k)!, the number of choices of k things among N; 0 where k > N or one of them is negative.

    ``N`` and ``k``  any arrays, broadcast; between whole numbers the gamma function takes the place of factorials
    """
    sc = _scipy("comb")
    return _counted(N, k, lambda n, k: sc.binom(n, k))


def perm(N: A, k: ArrayLike) -> A:
    """N! / (N - k)!, the number of sequences of k things among N; 0 where k > N or one of them is negative.

    ``N`` and ``k``  any arrays, broadcast; between whole numbers the gamma function takes the place of factorials
    """
    sc = _scipy("perm")
    return _counted(N, k, lambda n, k: sc.poch(n - k + 1, k))


def _counted(n: Any, k: Any, count: Callable[[Any, Any], Any]) -> Any:
    """count(n, k), and 0 for a negative number of choices, or for more of them than there are things."""
    k = array(k)
    outside = (plain(k) > plain(n)) | (plain(k) < 0)
    return np.where(outside, 0.0, count(np.where(outside, 1.0, n), np.where(outside, 0.0, k)))
