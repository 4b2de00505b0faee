"""Parameters as one vector, for methods that minimize a function of a vector.

Convention: the vector is in double precision; a complex number counts as two real ones; a parameter without a gradient
has the gradient 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np

from autograd import Tensor, Value
from autograd.core import sharers
from autograd.declare import native
from autograd.typing import NDArray

from .options import Parameter

Vector: TypeAlias = NDArray[Any]


class ParameterVector:
    """The numbers of some parameters, one after the other."""

    def __init__(self, params: Iterable[Parameter]) -> None:
        self.params = list(params)
        for shared in sharers(self.params):
            if any(map(shared.elsewhere, self.params)):
                raise TypeError(
                    "this method moves all parameters as one vector, and other processes move some of them: use "
                    "DataParallel(model) without shard_optimizer"
                )
        self.ends = np.cumsum([_real(_array(p)).size for p in self.params], dtype=int)  # of each parameter's numbers

    def numbers(self) -> Vector:
        """All numbers, copied."""
        return np.concatenate([_real(_array(p)) for p in self.params])

    def gradient(self) -> Vector:
        """dL/dx of each real number x."""
        return np.concatenate([_real(_gradient(p)) for p in self.params])

    def assign(self, x: Vector) -> None:
        """Set the numbers to those of x."""
        for p, part in self.parts(x):
            if isinstance(p, Value):
                p.data = float(part[0])
            else:
                p.data = part.astype(p.data.real.dtype).view(p.dtype).reshape(p.shape)

    def parts(self, x: Vector) -> Iterable[tuple[Parameter, Vector]]:
        """Each parameter with its part of x."""
        return zip(self.params, np.split(x, self.ends), strict=False)  # what is left after the last end is empty

    def zero_grad(self) -> None:
        """Clear the gradients."""
        for p in self.params:
            p.grad = None


def number(loss: Any) -> float:
    """A loss as a number, whether it is a tensor, a Value or a number already."""
    return float(loss.data if isinstance(loss, Tensor | Value) else loss)


def _array(p: Parameter) -> NDArray[Any]:
    return np.asarray(p.data, dtype=float) if isinstance(p, Value) else p.data


def _gradient(p: Parameter) -> NDArray[Any]:
    g: Any = p.grad
    if isinstance(g, Tensor | Value):
        g = g.data
    zero = np.zeros_like(_array(p))
    return zero if g is None else np.conj(g) + zero


def _real(array: NDArray[Any]) -> Vector:
    """The numbers in a row, each complex one as its real and imaginary part."""
    row = native(array).reshape(-1)
    return row.astype(complex).view(float) if row.dtype.kind == "c" else row.astype(float)
