"""The solution of an ordinary differential equation as a differentiable operation.

For y' = f(t, y, p) with y(t₀) = y₀, the solution y(t; y₀, p) has the derivatives S = ∂y/∂(y₀, p) which solve the
variational equations

    S' = f_y S + [0, f_p],    S(t₀) = [1, 0],    ∂y/∂t = f(t, y, p),    ∂y/∂t₀ = -∂y/∂y₀ f(t₀, y₀, p).

Forward mode solves them for one direction. Reverse mode solves them for all of S where that is small: it is one
solution, forward in time, and right for stiff equations too. Where S is large, reverse mode solves the adjoint
equations instead, backward from each time to the one before:

    a' = -f_yᵀ a,    q' = -f_pᵀ a,    a jumps by the gradient of y(tₖ) at tₖ.

Convention: both are solved together with y, by the same solver and to the same tolerances, and by this same operation.
So they are differentiable in turn, to any order. Each unknown is scaled to the size of what it belongs to, so that the
solver's absolute tolerance means the same for it as for y.

L. Pontryagin et al., "The Mathematical Theory of Optimal Processes", 1962; R. Chen et al., "Neural Ordinary
Differential Equations", 2018; R. Serban and A. Hindmarsh, "CVODES", 2005 (scaled sensitivities).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..core import Node, recording
from ..declare import Operation, plain
from ..functional.closed import NUMBERS, Closed, Outside, check_same, numbers, tracked, vector
from ..tensor import Tensor, of

LARGEST = 400  # numbers in S, up to which reverse mode solves for all of them
SAMPLES = 12  # times at which the function is looked at for tensors from outside


@dataclass(frozen=True)
class Equation:
    """What an operation is given besides its inputs.

    ``f``      f(t, y, *values), the derivative of y as a vector
    ``jac``    jac(t, y, values), ∂f/∂y as plain numbers. For the equations of derivatives it leaves out how they depend
               on y: SciPy's implicit methods iterate with it, and arrive at the same numbers
    ``solve``  solve(f, y0, times, jac, size), which gives the arrays y at all times, by SciPy; ``size`` is that of the
               user's y, which comes first in y
    ``size``   of the user's y
    ``y``      the solution
    ``count``  how many values there are
    ``outer``  the nodes from outside that f uses
    ``moves``  are the times tracked?
    ``then``   f at the start
    """

    f: Callable[..., Any]
    jac: Callable[[float, Any, Sequence[Any]], Any]
    solve: Callable[[Callable[[float, Any], Any], Any, Any, Callable[[float, Any], Any], int], Any]
    size: int
    y: Any = None
    count: int = 0
    outer: tuple[Node, ...] = ()
    moves: bool = False
    then: Any = None

    def check(self, times: Any, y: Any, values: Sequence[Any]) -> None:
        """Raise RuntimeError where f is not what it was."""
        t, start = float(plain(times)[0]), plain(y)[0]
        with NUMBERS:
            now = numbers(self.f(t, start, *map(plain, values)))
        check_same("odeint, solve_ivp", now, self.then, float(np.max(np.abs(start), initial=0)))

    def near(self, t: Any, y: Any, values: Sequence[Any], *, forward: bool = False) -> Closed:
        """f, recorded at this place, with the leaves y, the values, and t where it is tracked."""
        if isinstance(t, Tensor):
            return Closed(lambda y, *rest: vector(self.f(rest[-1], y, *rest[:-1])), [y, *values, t], forward=forward)
        return Closed(lambda y, *rest: vector(self.f(t, y, *rest)), [y, *values], forward=forward)

    def slopes(self, times: Any, y: Any, values: Sequence[Any], record: bool) -> Any:
        """f at all times."""
        if not record:
            with NUMBERS:
                return np.stack([numbers(self.f(t, state, *values)) for t, state in zip(times, y, strict=True)])
        return np.stack([vector(self.f(times[k], y[k], *values)) for k in range(y.shape[0])])

    def beside(self, f: Callable[..., Any], blocks: Callable[[Any], Any]) -> Equation:
        """The equation f for y and others beside it, where blocks(∂f/∂y) are those of its Jacobian for the others."""
        n = self.y.shape[1]

        def jac(t: float, z: Any, values: Sequence[Any]) -> Any:
            by_y = self.jac(t, z[:n], values[: self.count])
            whole = np.zeros((z.size, z.size))
            at = 0
            for block in (by_y, *blocks(by_y)):
                end = at + len(block)
                whole[at:end, at:end] = block
                at = end
            return whole

        return Equation(f, jac, self.solve, self.size)


def jacobian_of(f: Callable[..., Any]) -> Callable[[float, Any, Sequence[Any]], Any]:
    """∂f/∂y of the user's f, as plain numbers."""
    return lambda t, y, values: Closed(lambda y: vector(f(t, y, *values)), [y]).jacobian()[0]


def flow(equation: Equation, y0: Any, times: Any, values: Sequence[Any], *, record: bool = True) -> Any:
    """y at all times (T, n), of which the first is that of y0 (n,)."""
    start, at, constants = plain(y0), plain(times), [plain(v) for v in values]

    def numeric(t: float, y: Any) -> Any:
        return numbers(equation.f(t, y, *constants))

    def jac(t: float, y: Any) -> Any:
        return equation.jac(t, y, constants)

    outside = Outside()
    with outside.solving():
        y = equation.solve(numeric, start, at, jac, equation.size) if at.size > 1 else start[None]
    return recorded(equation, y, y0, times, values, outside) if record else y


def recorded(equation: Equation, y: Any, y0: Any, times: Any, values: Sequence[Any], outside: Outside) -> Any:
    """The solution y at all times (T, n), as a tensor if anything that it depends on is one."""
    at, constants = plain(times), [plain(v) for v in values]
    seen = [
        outside.look(lambda y, *rest, t=float(at[k]): vector(equation.f(t, y, *rest)), [y[k], *constants])
        for k in np.unique(np.linspace(0, at.size - 1, SAMPLES).astype(int))
    ]
    inputs = [y0, times, *values, *outside.handles()]
    if not recording.on:
        return of(y, None) if any(isinstance(x, Tensor) for x in inputs) else y
    if np.iscomplexobj(y) and any(map(tracked, inputs)):
        raise TypeError(
            "a solution that is complex has no derivatives here: write the equation for the real and imaginary parts, "
            "as y = [y.real, y.imag]"
        )
    solved = replace(equation, y=y, count=len(values), outer=tuple(outside.dtypes), moves=tracked(times), then=seen[0])
    return solution(inputs, solved)


def _pull(g: Any, x: Any, y: Any, equation: Equation) -> list[Any]:
    """The gradients of the start, the times, the values, and what comes from outside."""
    times, values = x[1], x[2 : 2 + equation.count]
    equation.check(times, y, values)
    record = any(isinstance(v, Tensor) for v in (*x, y, g))
    size = float(np.max(np.abs(plain(g)), initial=0)) or 1.0
    shapes = [np.shape(plain(v)) for v in values] + [node.shape for node in equation.outer]
    ends = np.cumsum([0, *(math.prod(shape) for shape in shapes)])
    scale = np.ones(ends[-1])
    for v, a, b in zip(map(plain, values), ends, ends[1:], strict=False):
        scale[a:b] = np.where(v == 0, 1.0, np.abs(v)).reshape(-1)
    n = y.shape[1]
    rule = _by_sensitivities if n * (n + ends[-1]) <= LARGEST else _by_adjoint
    by_start, by_values = rule(equation, g / size, y, times, values, scale, record)
    by_start, by_values = by_start * size, by_values * (size / scale)
    by_times = np.zeros(y.shape[0])
    if equation.moves:
        slopes = equation.slopes(times, y, values, record)
        first = np.sum((g[0] - by_start) * slopes[0])
        by_times = np.concatenate([np.reshape(first, 1), np.sum(g[1:] * slopes[1:], axis=1)])
    rest = [np.reshape(by_values[a:b], shape) for a, b, shape in zip(ends, ends[1:], shapes, strict=False)]
    return [by_start, by_times, *rest]


def _by_sensitivities(
    equation: Equation, g: Any, y: Any, times: Any, values: Sequence[Any], scale: Any, record: bool
) -> tuple[Any, Any]:
    """The gradients of the start and of all values, scaled, by S: one solution, forward in time."""
    n, m = y.shape[1], y.shape[1] + scale.size

    def both(t: Any, z: Any, *values: Any) -> Any:
        s = np.reshape(z[n:], (n, m))
        near = equation.near(t, z[:n], values)
        by_y, *others = near.jacobian(equation.outer)
        if isinstance(t, Tensor):
            del others[len(values)]
        change = by_y @ s
        if others:
            change = change + np.concatenate([np.zeros((n, n)), np.concatenate(others, axis=1) * scale], axis=1)
        return np.concatenate([near.y, np.reshape(change, -1)])

    start = np.concatenate([y[0], np.eye(n, m).reshape(-1)])
    found = flow(equation.beside(both, lambda j: [np.kron(j, np.eye(m))]), start, times, values, record=record)
    s = np.reshape(found[:, n:], (y.shape[0], n, m))
    gradient = np.einsum("ti,tij->j", g, s)
    return gradient[:n], gradient[n:]


def _by_adjoint(
    equation: Equation, g: Any, y: Any, times: Any, values: Sequence[Any], scale: Any, record: bool
) -> tuple[Any, Any]:
    """The same by the adjoint equations: a solution for each interval, backward in time."""
    n = y.shape[1]

    def both(t: Any, z: Any, *values: Any) -> Any:
        near = equation.near(t, z[:n], values)
        by_y, *others = near.pull(z[n : 2 * n], equation.outer)
        if isinstance(t, Tensor):
            del others[len(values)]
        change = [np.reshape(d, -1) for d in others]
        return np.concatenate([near.y, -by_y] + ([-np.concatenate(change) * scale] if change else []))

    a, q, backward = g[-1], np.zeros(scale.size), equation.beside(both, lambda j: [-j.T])
    for k in range(y.shape[0] - 1, 0, -1):
        start = np.concatenate([y[k], a, np.zeros(scale.size)])
        try:
            end = flow(backward, start, times[k - 1 : k + 1][::-1], values, record=record)[-1]
        except RuntimeError as error:
            error.add_note(
                "This was the adjoint equation, backward in time, where a stiff equation runs away. More times between "
                "help; forward mode (jvp) is stable, and so is reverse mode where unknowns and parameters are few."
            )
            raise
        a, q = end[n : 2 * n] + g[k - 1], q + end[2 * n :]
    return a, q


def _push(tangents: Sequence[Any], x: Any, y: Any, equation: Equation) -> Any:
    """The tangent of the solution: one solution of the variational equation, forward in time."""
    times, values = x[1], x[2 : 2 + equation.count]
    equation.check(times, y, values)
    by_start, by_times, *others = tangents
    record = any(isinstance(v, Tensor) for v in (*x, y, *tangents))
    size = max(float(np.max(np.abs(plain(t)), initial=0)) for t in tangents if t is not None) or 1.0
    n, count = y.shape[1], equation.count
    moving = [k for k, t in enumerate(others) if t is not None]

    def both(t: Any, z: Any, *given: Any) -> Any:
        near = equation.near(t, z[:n], given[:count], forward=True)
        moves: list[Any] = [None] * len(others)
        for k, d in zip(moving, given[count:], strict=True):
            moves[k] = d
        leaves = [z[n:], *moves[:count]] + ([None] if isinstance(t, Tensor) else [])
        change = near.push(leaves, dict(zip(equation.outer, moves[count:], strict=True)))
        return np.concatenate([near.y, change])

    slopes: Any = 0.0
    s = np.zeros(n) if by_start is None else by_start / size
    if by_times is not None:
        slopes = equation.slopes(times, y, values, record)
        s = s - slopes[0] * (by_times[0] / size)
        slopes = slopes * by_times[:, None]
    directions = [others[k] / size for k in moving]
    twice = equation.beside(both, lambda j: [j])
    found = flow(twice, np.concatenate([y[0], s]), times, [*values, *directions], record=record)
    return found[:, n:] * size + slopes


def _solution(x: Sequence[Any], equation: Equation) -> Any:
    """The solution of the equation, which is known already."""
    return equation.y


# No word declares it: nobody calls it by a function's name, so it has no place among those that are found by one.
solution = Operation(_solution, "primitive", [_pull], push=_push, many=True, name="odeint")
