"""Systems with one matrix: it is factored once. And the inverse of a Cholesky factor, as that of a triangle.

Convention: matrices that are values, of some size; results are those of the single calls to rounding. Where NumPy's
LAPACK cannot be reached, programs stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...typing import NDArray
from ..tape import FRESH, Buffer, Instruction, Step, View, written_once
from . import lapack

__all__ = ["WRITING", "factored"]

LEAST = 24  # rows: of smaller matrices the calls cost more
WHOLE = np.dtype(np.int64)


def lu(a: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The factors of a matrix, and which rows were exchanged."""
    factors, pivots = np.empty(a.shape, a.dtype, order="F"), np.empty(len(a), WHOLE)
    lapack.factor(factors, pivots, a)
    return factors, pivots


def lu_solve(factors: NDArray[Any], pivots: NDArray[Any], b: NDArray[Any], transposed: bool) -> NDArray[Any]:
    x = np.empty(b.shape, b.dtype, order="F")
    lapack.substitute(x, factors, pivots, b, transposed)
    return x


def lu_inverse(factors: NDArray[Any], pivots: NDArray[Any], transposed: bool) -> NDArray[Any]:
    x = np.empty(factors.shape, factors.dtype)
    write_inverse(x, factors, pivots, transposed)
    return x


def write_inverse(x: NDArray[Any], factors: NDArray[Any], pivots: NDArray[Any], transposed: bool) -> None:
    lapack.substitute(x, factors, pivots, np.eye(len(x), dtype=x.dtype), transposed)


def inverse_of_triangle(a: NDArray[Any], lower: bool) -> NDArray[Any]:
    x = np.empty(a.shape, a.dtype)
    lapack.triangular_inverse(x, a, lower)
    return x


def solve_by_triangle(a: NDArray[Any], b: NDArray[Any], lower: bool) -> NDArray[Any]:
    x = np.empty(b.shape, b.dtype, order="F")
    lapack.triangular_solve(x, a, b, lower)
    return x


# What writes its results where they should be: these come before the arguments.
WRITING: dict[Any, Callable[..., None]] = {
    lu: lapack.factor, lu_solve: lapack.substitute, lu_inverse: write_inverse,
    inverse_of_triangle: lapack.triangular_inverse, solve_by_triangle: lapack.triangular_solve,
}  # fmt: skip


def factored(steps: list[Step], buffers: list[Buffer]) -> list[Step]:
    """The same steps, with the factors of each matrix that two systems have in common computed once."""
    if not any([step.__class__ is Instruction and step.function in SYSTEMS for step in steps]):
        return steps
    values = written_once(steps, buffers)
    halves: dict[View, bool] = {}  # triangles: is it the lower one?
    users: dict[View, list[Instruction]] = {}
    for step in steps:
        if not isinstance(step, Instruction) or step.form != "fresh" or not matrix(step, values):
            continue
        if step.function is np.linalg.cholesky:
            halves[step.outputs[0]] = step.keywords.get("upper") is not True
            halves[transposed(step.outputs[0])] = not halves[step.outputs[0]]
        else:
            a = step.arguments[0]
            users.setdefault(transposed(a) if transposed(a) in users else a, []).append(step)
    shared = {a: steps for a, steps in users.items() if len(steps) > 1 or a in halves}
    if not shared or not lapack.reached():
        return steps
    instead: dict[int, list[Step]] = {}
    for a, those in shared.items():
        if a in halves:
            for step in those:
                instead[id(step)] = [by_triangle(step, halves[step.arguments[0]])]
        else:
            factors = factors_of(a, buffers, those[0].source)
            instead[id(those[0])] = [factors]
            for step in those:
                instead.setdefault(id(step), []).append(by_factors(step, factors, step.arguments[0] != a))
    made: list[Step] = []
    for step in steps:
        made += instead.get(id(step), [step])
    return made


SYSTEMS = {np.linalg.solve, np.linalg.inv, np.linalg.cholesky}


def matrix(step: Instruction, values: Sequence[bool]) -> bool:
    """Is it a system of one matrix that is a value, and of one dtype?"""
    if step.function not in SYSTEMS or step.keywords.keys() - {"upper"} or len(step.outputs) != 1:
        return False
    a, out = step.arguments[0], step.outputs[0]
    if a.__class__ is not View or len(a.shape) != 2 or a.shape[0] < LEAST or a.weak:
        return False
    given = step.arguments if step.function is np.linalg.solve else step.arguments[:1]
    same = all(x.__class__ is View and x.dtype == out.dtype and values[x.buffer] for x in given)
    return same and out.dtype in lapack.LETTERS and out.size > 0


def transposed(a: View) -> View:
    return a._replace(shape=a.shape[::-1], strides=a.strides[::-1])


def factors_of(a: View, buffers: list[Buffer], source: str) -> Instruction:
    n, size = a.shape[0], a.dtype.itemsize
    outputs = []
    for shape, strides, dtype in (((n, n), (size, n * size), a.dtype), ((n,), (8,), WHOLE)):
        number = len(buffers)
        buffers.append(FRESH[int(np.prod(shape)) * dtype.itemsize])
        outputs.append(View(number, 0, shape, strides, dtype))
    return Instruction(lu, "", (a,), {}, tuple(outputs), "fresh", (a,), source)


def by_factors(step: Instruction, factors: Instruction, other: bool) -> Instruction:
    """The same result from the factors of its matrix, or of its transpose."""
    given = (*factors.outputs, *step.arguments[1:])
    function: Any = lu_solve if step.function is np.linalg.solve else lu_inverse
    return Instruction(function, "", (*given, other), {}, step.outputs, "fresh", given, step.source)


def by_triangle(step: Instruction, lower: bool) -> Instruction:
    function: Any = solve_by_triangle if step.function is np.linalg.solve else inverse_of_triangle
    return Instruction(function, "", (*step.arguments, lower), {}, step.outputs, "fresh", step.reads, step.source)
