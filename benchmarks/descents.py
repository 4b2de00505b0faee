"""Two programs of gradient descents inside gradient descents: a saddle point and a charged particle.

They are those of Siskind and Pearlmutter (Using Polyvariance to Eliminate the Overhead of Nested Forward and Reverse
Automatic Differentiation, 2008): the objective of the outer descent holds derivatives of its own.

Convention: written once for all libraries, this file imports none. A gradient is a function (f, x) -> df/dx.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Gradient = Callable[[Callable[[Any], Any], Any], Any]


class Library(NamedTuple):
    """What the programs use of a library; ``number`` makes a float of any of its results."""

    array: Callable[[list[float]], Any]
    sum: Callable[[Any], Any]
    sqrt: Callable[[Any], Any]
    number: Callable[[Any], float]


def descend(lib: Library, f: Callable[[Any], Any], x: Any, gradient: Gradient, rate: float) -> Any:
    """argmin f. The steps grow after ten that went down, and shrink after one that did not."""
    fx, gx, count = f(x), gradient(f, x), 0
    while lib.number(lib.sum(gx * gx)) > 1e-6:
        if count == 10:
            rate, count = 2 * rate, 0
        step = rate * gx
        if lib.number(lib.sum(step * step)) <= 1e-6:
            break
        y = x - step
        fy = f(y)
        if lib.number(fy) < lib.number(fx):
            x, fx, gx, count = y, fy, gradient(f, y), count + 1
        else:
            rate, count = rate / 2, 0
    return x


def saddle(lib: Library, outer: Gradient, inner: Gradient) -> list[float]:
    """min over a of max over b of |a|² - |b|², from (1, 1): both go to 0."""
    start = lib.array([1.0, 1.0])

    def highest(a: Any) -> Any:
        return descend(lib, lambda b: lib.sum(b * b) - lib.sum(a * a), start, inner, 0.05)

    def maximum(a: Any) -> Any:
        b = highest(a)
        return lib.sum(a * a) - lib.sum(b * b)

    a = descend(lib, maximum, start, outer, 0.05)
    return [lib.number(x) for x in (*a, *highest(a))]


def particle(lib: Library, outer: Gradient, inner: Gradient) -> list[float]:
    """Move a charge so that a particle, accelerated by the gradient of the potential, lands at 0 (Euler's method)."""
    fixed, up, time_step = lib.array([10.0, 0.0]), lib.array([0.0, 1.0]), 0.4

    def distance(x: Any) -> Any:
        return lib.sqrt(lib.sum(x * x))

    def landing(w: Any) -> Any:
        charge = lib.array([10.0, 10.0]) - w * up

        def potential(x: Any) -> Any:
            return 1.0 / distance(x - charge) + 1.0 / distance(x - fixed)

        x, v = lib.array([0.0, 8.0]), lib.array([0.75, 0.0])
        while True:
            a = -inner(potential, x)
            after = x + time_step * v
            if lib.number(after[1]) <= 0:
                end = x - (x[1] / v[1]) * v
                return end[0] * end[0]
            x, v = after, v + time_step * a

    return [lib.number(descend(lib, landing, lib.array([0.0]), outer, 0.01)[0])]


PROGRAMS = {"saddle": saddle, "particle": particle}
