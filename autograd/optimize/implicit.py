"""The solution of equations as a differentiable operation: the implicit function theorem.

For F(x, p) = 0 with a Jacobian F_x that has an inverse, x is a function of p near the solution, and

    dx = -F_x⁻¹ F_p dp,    so a gradient g of x is the gradient -F_pᵀ F_x⁻ᵀ g of p.

How x was found has no part in it. Forward mode is one linear system, reverse mode is one with the transposed matrix.

Convention: both are written with differentiable functions of x and p, x being the result of this same operation. So
they are differentiable in turn, to any order.

B. Christianson, "Reverse accumulation and implicit functions", 1998; M. Blondel et al., "Efficient and modular implicit
differentiation", 2022.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..core import Node, recording
from ..declare import Operation, plain
from ..functional.closed import SAME, Closed, Outside, changed
from ..tensor import Tensor, of

CONDITION = 1e14  # of F_x with rows and columns of one size, beyond which it counts as singular
CHANGE = 0.25  # of F_x within the error of x, beyond which it does
FAR = 0.01  # the relative error of x, estimated by a step of Newton's method, beyond which it is no solution
EXACT = 1e-13  # the relative error that x has at least


@dataclass
class Equations:
    """What the operation is given besides its inputs.

    ``who``       the function that solved them, for errors
    ``residual``  F(x, *values), of as many numbers as x
    ``x``         the solution
    ``then``      F(x) when it was solved
    ``count``     how many values there are
    ``diagonal``  is each equation one for the element of x at its place?
    ``outer``     the nodes from outside that F uses
    ``first``     F and its Jacobian at the solution as plain numbers, once they are known
    """

    who: str
    residual: Callable[..., Any]
    x: Any
    then: Any
    count: int
    diagonal: bool = False
    outer: tuple[Node, ...] = ()
    first: list[Any] = field(default_factory=list)

    def near(self, x: Any, values: Sequence[Any]) -> tuple[Closed, Any]:
        """F at this place, recorded; and F_x: a matrix, or its diagonal."""
        closed = Closed(lambda x, *values: np.reshape(self.residual(x, *values), -1), [x, *values], forward=True)
        if closed.shape != (np.size(plain(x)),):
            raise ValueError(
                f"{self.who}: there are {closed.shape[0]} equations for {np.size(plain(x))} unknowns: derivatives need "
                "as many of both (least_squares takes more equations)"
            )
        if self.diagonal:
            return closed, np.reshape(closed.pull(np.ones(closed.shape, closed.dtype), list(closed.cuts))[0], -1)
        return closed, closed.jacobian()[0]

    def at(self, x: Any, values: Sequence[Any], record: bool) -> tuple[Closed, Any]:
        """The same at the solution, where F_x must have an inverse."""
        if not record and self.first:
            return self.first[0], self.first[1]
        found = self.near(x, values)
        if not self.first:
            self.check(plain(found[1]), plain(found[0].y), plain(x), [plain(v) for v in values])
        if not record:
            self.first = [*found]
        return found

    def solve(self, matrix: Any, b: Any, *, transposed: bool = False) -> Any:
        """The z with F_x z = b, or with F_xᵀ z = b."""
        if self.diagonal:
            return b / matrix
        return np.linalg.solve(matrix.T if transposed else matrix, b)

    def check(self, matrix: Any, y: Any, x: Any, values: Sequence[Any]) -> None:
        """Raise LinAlgError where F_x has no inverse, as far as numbers of this precision can tell.

        TypeError where F_x is no diagonal, though it should be, and where complex numbers have none at all: its change
        along 1j is not 1j times that along 1. And RuntimeError where F is not what it was.
        """
        condition = _condition(matrix, self.diagonal)
        if not condition < CONDITION:
            raise self._singular(f"it is singular (condition number {condition:.1e})")
        near, _ = self.near(x, values)
        still, outer = [None] * len(values), dict.fromkeys(self.outer)
        if self.diagonal and x.size > 1:
            each = 1 / np.arange(1.0, x.size + 1).astype(x.dtype)
            moved, close = near.push([each.reshape(x.shape), *still], outer), max(SAME, np.finfo(x.dtype).eps ** 0.5)
            if not np.allclose(moved / matrix, each, close, close):
                raise TypeError(
                    f"{self.who} takes a function that works element by element, but this one mixes the elements of x: "
                    "use autograd.optimize.root"
                )
        if np.iscomplexobj(x):
            turned, along = (near.push([d * np.ones_like(x), *still], outer) for d in (1j, 1))
            if not np.allclose(turned, 1j * along):
                raise TypeError(
                    f"{self.who}: the equations have no complex derivative (they use conj, real, imag or abs of x): "
                    "write them for the real and imaginary parts"
                )
        step, size = np.reshape(self.solve(matrix, y), x.shape), np.max(np.abs(x), initial=0)
        if np.max(np.abs(self.solve(matrix, y - self.then)), initial=0) > SAME * size + EXACT**0.5:
            raise changed(self.who)
        if np.max(np.abs(step), initial=0) > FAR * size + EXACT**0.5:
            raise self._singular(f"x is off by {np.max(np.abs(step)):.1e}, so that this is not the Jacobian there")
        least = EXACT * np.abs(x)
        step = np.where(np.abs(step) < least, least, step)
        change = self.solve(matrix, self.near(x - step, values)[1]) - (1 if self.diagonal else np.eye(x.size))
        if not np.max(np.abs(change), initial=0) <= CHANGE:
            raise self._singular(
                f"it changes by {np.max(np.abs(change)):.0%} within the error of x: x is a multiple solution, or far "
                "from the exact one"
            )

    def _singular(self, what: str) -> np.linalg.LinAlgError:
        return np.linalg.LinAlgError(
            f"{self.who}: derivatives of the solution x need the inverse of the Jacobian of the equations by x, but "
            f"{what}. So x is no differentiable function of its arguments there. Look for equations that say the same, "
            "unknowns that make no difference, or a minimum that is flat (add a penalty); solve to a smaller "
            "tolerance; or detach x, if you do not want its derivatives"
        )


def _condition(matrix: Any, diagonal: bool) -> float:
    """The condition number, once rows and columns are of one size, so that units make no difference."""
    size = np.abs(matrix)
    if not np.all(np.isfinite(size)) or matrix.size == 0:
        return np.nan if matrix.size else 1.0
    if diagonal:
        return 1.0 if np.all(size > 0) else np.inf
    rows = np.max(size, axis=1, keepdims=True)
    if not np.all(rows > 0):
        return np.inf
    columns = np.max(size / rows, axis=0)
    return float(np.linalg.cond(matrix / rows / columns)) if np.all(columns > 0) else np.inf


def implicit(
    who: str, residual: Callable[..., Any], x: Any, values: Sequence[Any], *, diagonal: bool = False,
    tensor: bool = False,
) -> Any:  # fmt: skip
    """The array x, which solves residual(x, *values) = 0; a tensor if what it depends on is tracked, or ``tensor``."""
    outside = Outside()
    at = [x, *(plain(v) for v in values)]
    then = outside.look(lambda x, *values: np.reshape(residual(x, *values), -1), at)
    inputs = [*values, *outside.handles()]
    if not inputs or not recording.on:
        return of(x, None) if inputs or tensor else x
    return solution(inputs, Equations(who, residual, x, then, len(values), diagonal, tuple(outside.dtypes)))


def _solution(values: Sequence[Any], equations: Equations) -> Any:
    """The solution, which is known already."""
    return equations.x


def _pull(g: Any, values: Sequence[Any], y: Any, equations: Equations) -> list[Any]:
    record = any(isinstance(v, Tensor) for v in (*values, y, g))
    closed, matrix = equations.at(y, values[: equations.count], record)
    z = equations.solve(matrix, np.reshape(g, -1), transposed=True)
    return closed.pull(-z, equations.outer)[1:]


def _push(tangents: Sequence[Any], values: Sequence[Any], y: Any, equations: Equations) -> Any:
    record = any(isinstance(v, Tensor) for v in (*values, y, *tangents))
    closed, matrix = equations.at(y, values[: equations.count], record)
    count = equations.count
    outer = dict(zip(equations.outer, tangents[count:], strict=True))
    change = closed.push([None, *tangents[:count]], outer)
    return np.reshape(-equations.solve(matrix, change), y.shape)


# No word declares it: nobody calls it by a function's name, so it has no place among those that are found by one.
solution = Operation(_solution, "primitive", [_pull], push=_push, many=True, name="solution")
