"""Three optimizers as functions: sgd, rmsprop and adam, of nests of arrays.

Convention: ``grad(x, i)`` is the gradient at x in iteration i, ``callback(x, i, g)`` is called before each step. For
networks, and for more algorithms, see ``optim``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..hips.wrapping import wraps
from .flatten import flatten

Gradient = Callable[[Any, int], Any]
Callback = Callable[[Any, int, Any], object] | None


def unflatten_optimizer(optimize: Callable[..., Any]) -> Callable[..., Any]:
    """An optimizer of vectors as one of nests."""

    @wraps(optimize)
    def of_nests(grad: Gradient, x0: Any, callback: Callback = None, *args: Any, **kwargs: Any) -> Any:
        flat, unflatten = flatten(x0)

        def show(x: Any, i: int, g: Any) -> None:
            if callback is not None:
                callback(unflatten(x), i, unflatten(g))

        return unflatten(optimize(lambda x, i: flatten(grad(unflatten(x), i))[0], flat, show, *args, **kwargs))

    return of_nests


def _gradients(grad: Gradient, x: list[Any], callback: Callback, num_iters: int) -> Iterator[tuple[int, Any]]:
    """The gradient in each iteration, at the x that then stands in a list of one."""
    for i in range(num_iters):
        g = grad(x[0], i)
        if callback is not None:
            callback(x[0], i, g)
        yield i, g


@unflatten_optimizer
def sgd(
    grad: Gradient, x: Any, callback: Callback = None, num_iters: int = 200, step_size: float = 0.1, mass: float = 0.9
) -> Any:
    """v = mass v - (1 - mass) g;  x = x + step_size v: gradient descent with momentum."""
    at, v = [x], np.zeros_like(x)
    for _, g in _gradients(grad, at, callback, num_iters):
        v = mass * v - (1 - mass) * g
        at[0] = at[0] + step_size * v
    return at[0]


@unflatten_optimizer
def rmsprop(
    grad: Gradient, x: Any, callback: Callback = None, num_iters: int = 100, step_size: float = 0.1,
    gamma: float = 0.9, eps: float = 1e-8,
) -> Any:  # fmt: skip
    """s = gamma s + (1 - gamma) g²;  x = x - step_size g / (√s + eps), from s = 1 on (Tieleman and Hinton 2012)."""
    at, s = [x], np.ones_like(x)
    for _, g in _gradients(grad, at, callback, num_iters):
        s = gamma * s + (1 - gamma) * g**2
        at[0] = at[0] - step_size * g / (np.sqrt(s) + eps)
    return at[0]


@unflatten_optimizer
def adam(
    grad: Gradient, x: Any, callback: Callback = None, num_iters: int = 100, step_size: float = 0.001,
    b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8,
) -> Any:  # fmt: skip
    """Adam (Kingma and Ba 2015): steps along the mean of g over the root of the mean of g², both unbiased."""
    at, m, v = [x], np.zeros_like(x), np.zeros_like(x)
    for i, g in _gradients(grad, at, callback, num_iters):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        mean, square = m / (1 - b1 ** (i + 1)), v / (1 - b2 ** (i + 1))
        at[0] = at[0] - step_size * mean / (np.sqrt(square) + eps)
    return at[0]


__all__ = ["adam", "rmsprop", "sgd", "unflatten_optimizer"]
