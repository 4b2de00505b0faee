"""Integrals of functions of one number: ``scipy.integrate.quad``, by Leibniz's rule.

With I(a, b, p) = ∫ f(x, p) dx from a to b,

    ∂I/∂b = f(b, p),    ∂I/∂a = -f(a, p),    ∂I/∂p = ∫ ∂f/∂p dx,

and the last are integrals of the same kind, of several functions at once. An infinite end has no derivative.

Convention: SciPy computes each integral to the tolerances that it was given; the rules are written with this same
operation, so that they are differentiable in turn, to any order.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..core import Node, recording
from ..declare import Operation, plain
from ..extras import extra
from ..functional.by_values import takes_values
from ..functional.closed import NUMBERS, Closed, Given, Outside, check_same, numbers, refuse, tracked, vector
from ..tensor import Tensor, of

__all__ = ["quad"]

SAMPLES = (0.07, 0.31, 0.5, 0.77, 0.96)  # where, between the ends, the function is looked at for tensors from outside


@dataclass(frozen=True)
class Integrand:
    """What the operation is given besides its inputs.

    ``f``      f(x, *values), a vector
    ``one``    one(f, a, b), the integral of a function whose result is a number
    ``y``      the integral, a vector
    ``count``  how many values there are
    ``outer``  the nodes from outside that f uses
    ``then``   the place where f was looked at last, and its numbers there
    """

    f: Callable[..., Any]
    one: Callable[[Callable[[float], float], float, float], float]
    y: Any = None
    count: int = 0
    outer: tuple[Node, ...] = ()
    then: tuple[float, Any] = (0.0, None)

    def check(self, values: Sequence[Any]) -> None:
        """Raise RuntimeError where f is not what it was."""
        x, then = self.then
        with NUMBERS:
            check_same("quad", np.reshape(numbers(self.f(x, *map(plain, values))), -1), then)

    def near(self, x: Any, values: Sequence[Any], *, forward: bool = False) -> Closed:
        """f, recorded at x, with the values as leaves, and x where it is tracked: an end, of which f is taken."""
        if isinstance(x, Tensor):
            return Closed(lambda x, *rest: np.reshape(vector(self.f(x, *rest)), -1), [x, *values], forward=forward)
        return Closed(lambda *values: np.reshape(vector(self.f(x, *values)), -1), values, forward=forward)


@takes_values("a", "b", "args", gives=[0])
def quad(
    func: Callable[..., Any], a: Any, b: Any, args: Any = (), full_output: int = 0, epsabs: float = 1.49e-8,
    epsrel: float = 1.49e-8, limit: int = 50, points: Any = None, weight: str | None = None, wvar: Any = None,
    **options: Any,
) -> tuple[Any, ...]:  # fmt: skip
    """(∫ func(x, *args) dx from a to b, the estimated error), by ``scipy.integrate.quad``.

    The integral is a float, or a tensor of no axes where anything is tracked; it has all derivatives by ``a``, ``b``
    and ``args``. The error is a float.

    ``func``         a function of a number, whose result is one number
    ``a``            the lower end, ``b`` the upper one, infinite ones included
    ``args``         further arguments of func, in a tuple: numbers, arrays, tensors, and nests of them
    ``full_output``  return SciPy's notes, too
    ``epsabs``       the absolute tolerance, ``epsrel`` the relative one
    ``limit``        the largest number of intervals
    ``points``       where func has breaks. They count as constants: a jump that moves has a derivative of its own
    ``weight``       SciPy's weighting functions, with ``wvar``; then the ends have no derivatives
    ``options``      others of SciPy's: ``wopts``, ``maxp1``, ``limlst``

    ValueError is raised if func returns several numbers, TypeError if an option is tracked, if an end is and there is a
    weight, and if func is complex. SciPy warns
    (``IntegrationWarning``) where it doubts an integral, or that of a derivative.
    """
    scipy = extra("scipy.integrate", "scipy", "autograd.integrate.quad")
    refuse("quad", epsabs=epsabs, epsrel=epsrel, points=points, wvar=wvar, **options)
    if options.pop("complex_func", False):
        raise TypeError("quad: integrate the real and the imaginary part of func one by one")
    given = Given("quad", args if isinstance(args, tuple) else (args,))
    if weight is not None and (tracked(a) or tracked(b)):
        raise TypeError(f"quad(weight={weight!r}) has no derivative by its ends: multiply func by the weight instead")
    options |= {"epsabs": epsabs, "epsrel": epsrel, "limit": limit, "points": points, "weight": weight, "wvar": wvar}
    told: list[Any] = []

    def one(f: Callable[[float], float], low: float, high: float) -> float:
        found = scipy.quad(f, low, high, full_output=full_output and not told, **options)
        told.append(found[1:])
        return float(found[0])

    def f(x: Any, *values: Any) -> Any:
        return vector(func(x, *given(values)))

    low, high = (x if isinstance(x, Tensor) else float(x) for x in (a, b))
    y = integral(Integrand(f, one), low, high, given.tensors)
    if isinstance(y, Tensor):
        y = np.reshape(y, ())
    else:
        y = of(y.reshape(()), None) if given.tensor or any(isinstance(x, Tensor) for x in (a, b)) else float(y[0])
    return y, *told[0]


def integral(
    integrand: Integrand, a: Any, b: Any, values: Sequence[Any], size: int = 1, *, record: bool = True
) -> Any:  # fmt: skip
    """∫ f dx (size,) from a to b."""
    low, high, constants = float(plain(a)), float(plain(b)), [plain(v) for v in values]
    known: dict[float, Any] = {}

    def number(k: int, x: float) -> float:
        if x not in known:
            known[x] = np.reshape(numbers(integrand.f(x, *constants)), -1)
            if known[x].size != size:
                raise ValueError(f"quad: the function must return one number, but returned {known[x].size}")
        return float(known[x][k])

    outside = Outside()
    with outside.solving():
        y = np.array([integrand.one(functools.partial(number, k), low, high) for k in range(size)])
    if not record:
        return y
    for x in _between(low, high):
        then = x, outside.look(lambda *values, x=x: np.reshape(vector(integrand.f(x, *values)), -1), constants)
    inputs = [a, b, *values, *outside.handles()]
    if not recording.on:
        return of(y, None) if any(isinstance(x, Tensor) for x in inputs) else y
    solved = replace(integrand, y=y, count=len(values), outer=tuple(outside.dtypes), then=then)
    return solution(inputs, solved)


def _between(low: float, high: float) -> list[float]:
    """Some places between two ends, of which both may be infinite."""
    if np.isinf(low) and np.isinf(high):
        return [float(np.log(s / (1 - s))) for s in SAMPLES]
    if np.isinf(low) or np.isinf(high):
        return [high - s / (1 - s) if np.isinf(low) else low + s / (1 - s) for s in SAMPLES]
    return [low + s * (high - low) for s in SAMPLES]


def _at(integrand: Integrand, x: Any, values: Sequence[Any], record: bool) -> Any:
    """f at an end; 0 at an infinite one, which does not move."""
    if np.isinf(plain(x)):
        return np.zeros(integrand.y.shape)
    if not record:
        with NUMBERS:
            return np.reshape(numbers(integrand.f(x, *values)), -1)
    return np.reshape(vector(integrand.f(x, *values)), -1)


def _pull(g: Any, x: Any, y: Any, integrand: Integrand) -> list[Any]:
    a, b, *values = x
    values = values[: integrand.count]
    integrand.check(values)
    record = any(isinstance(v, Tensor) for v in (*x, y, g))
    shapes = [np.shape(plain(v)) for v in values] + [node.shape for node in integrand.outer]
    ends = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)])

    def slopes(x: Any, g: Any, *values: Any) -> Any:
        found = integrand.near(x, values).pull(g, integrand.outer)
        return np.concatenate([np.reshape(d, -1) for d in (found[1:] if isinstance(x, Tensor) else found)])

    by_ends = [np.sum(-g * _at(integrand, a, values, record)), np.sum(g * _at(integrand, b, values, record))]
    if not ends[-1]:
        return by_ends
    size = float(np.max(np.abs(plain(g)))) or 1.0
    whole = integral(replace(integrand, f=slopes), a, b, [g / size, *values], ends[-1], record=record) * size
    return by_ends + [np.reshape(whole[i:j], shape) for i, j, shape in zip(ends, ends[1:], shapes, strict=False)]


def _push(tangents: Sequence[Any], x: Any, y: Any, integrand: Integrand) -> Any:
    a, b, *values = x
    values, count = values[: integrand.count], integrand.count
    integrand.check(values)
    record = any(isinstance(v, Tensor) for v in (*x, y, *tangents))
    by_a, by_b, *others = tangents
    change: Any = np.zeros(y.shape)
    if by_a is not None:
        change = change - by_a * _at(integrand, a, values, record)
    if by_b is not None:
        change = change + by_b * _at(integrand, b, values, record)
    moving = [k for k, t in enumerate(others) if t is not None]
    if not moving:
        return change
    size = max(float(np.max(np.abs(plain(others[k])), initial=0)) for k in moving) or 1.0

    def slope(x: Any, *given: Any) -> Any:
        moves: list[Any] = [None] * len(others)
        for k, d in zip(moving, given[count:], strict=True):
            moves[k] = d
        near = integrand.near(x, given[:count], forward=True)
        leaves = [None, *moves[:count]] if isinstance(x, Tensor) else moves[:count]
        return near.push(leaves, dict(zip(integrand.outer, moves[count:], strict=True)))

    directions = [others[k] / size for k in moving]
    return change + size * integral(
        replace(integrand, f=slope), a, b, [*values, *directions], y.size, record=record
    )  # fmt: skip


def _solution(x: Sequence[Any], integrand: Integrand) -> Any:
    """The integral, which is known already."""
    return integrand.y


# No word declares it: nobody calls it by a function's name, so it has no place among those that are found by one.
solution = Operation(_solution, "primitive", [_pull], push=_push, many=True, name="quad")
