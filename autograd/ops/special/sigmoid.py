"""The logistic function of arrays, and ``quietly``: a ufunc whose overflow is part of a right result.

Convention: where an exponential overflows, 1/∞ = 0 is right, and no warning is due.
"""

from __future__ import annotations

import threading
from contextvars import Context
from typing import Any

import numpy as np

ndarray = np.ndarray


class Quietly(threading.local):
    """``run(ufunc, x)`` computes without a warning, in a tenth of the time that entering ``np.errstate`` takes.

    NumPy keeps its error state in a context variable, so that a context of each thread's own can hold another one. It
    is for plain arrays: a context cannot be entered twice, as another library's ufunc might.
    """

    def __init__(self) -> None:
        context = Context()
        context.run(np.seterr, all="ignore")
        self.run = context.run


quietly = Quietly()
run_quietly = quietly.run  # of the thread that imported this; a RuntimeError in another one while it is in use


def beyond(x: Any) -> Any:
    """1 + eˣ of a plain array, so that 1 / beyond(-x) = sigmoid(x)."""
    y = quietly.run(np.exp, x)
    y += 1
    return y


def sigmoid(x: Any) -> Any:
    """1 / (1 + e⁻ˣ), to full relative precision in both tails; of tensors and Values their own, which is recorded."""
    if x.__class__ is ndarray and x.dtype.char in "fd":
        return np.reciprocal(beyond(-x))
    if hasattr(x, "sigmoid"):
        return x.sigmoid()
    if isinstance(x, float | int):
        x = np.float64(x)
    if x.dtype.kind == "c":  # 1/∞ is NaN there: the exponential must not overflow
        right = x.real >= 0
        e = np.exp(np.where(right, -x, x))
        return np.where(right, 1, e) / (e + 1)
    if x.dtype == np.float16:  # whose exponential ends at 11
        return sigmoid(x.astype(np.float32)).astype(x.dtype)
    with np.errstate(over="ignore"):
        y = np.exp(-x)
    return np.reciprocal(y + 1)
