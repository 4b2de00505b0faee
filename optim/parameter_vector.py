"""Parameters as one vector, for methods that see a function of a vector.

Convention: a complex number is two real ones; a parameter without a gradient has the gradient 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import Tensor, Value


class Flat:
    """The numbers of some parameters, one after the other."""

    def __init__(self, params: Iterable[Any]) -> None:
        self.params = list(params)
        self.size = sum(_real(_array(p)).size for p in self.params)

    def numbers(self) -> Any:
        """All numbers, copied."""
        return self._joined([_array(p) for p in self.params])

    def gradient(self) -> Any:
        """The gradients: dL/dx of each real number x."""
        return self._joined([_gradient(p) for p in self.params])

    def assign(self, x: Any) -> None:
        """Let the numbers be those of x."""
        start = 0
        for p in self.params:
            old = _array(p)
            part = x[start : start + _real(old).size]
            start += part.size
            if isinstance(p, Value):
                p.data = float(part[0])
            else:
                p.data = part.astype(old.real.dtype).view(old.dtype).reshape(old.shape)

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for p in self.params:
            p.grad = None

    @staticmethod
    def _joined(arrays: list[Any]) -> Any:
        return np.concatenate([_real(a) for a in arrays])


def number(loss: Any) -> float:
    """A loss, however it is given, as a number."""
    return float(loss.data if isinstance(loss, Tensor | Value) else loss)


def differentiated(loss_function: Callable[[], Any], flat: Flat) -> tuple[float, Any]:
    """The loss and its gradient."""
    flat.zero_grad()
    loss = loss_function()
    loss.backward()
    return number(loss), flat.gradient()


def _array(p: Any) -> Any:
    return np.asarray(p.data, dtype=float) if isinstance(p, Value) else p.data


def _gradient(p: Any) -> Any:
    g = p.grad
    if isinstance(g, Tensor | Value):
        g = g.data
    zero = np.zeros_like(_array(p))
    return zero if g is None else np.conj(g) + zero


def _real(array: Any) -> Any:
    """The numbers in a row, real and imaginary parts side by side."""
    row = np.asarray(array).reshape(-1)
    return row.copy().view(row.real.dtype) if row.dtype.kind == "c" else row
