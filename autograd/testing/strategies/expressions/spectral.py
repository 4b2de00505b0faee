"""Functions of matrices that have an inverse, and Fourier transforms."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ..axes import axes
from .along_axes import UNIT
from .part import ATOM, PLUS, SIGN, TIMES, Part, applied
from .step import Draw, Step


def dominant(x: Part) -> Part | None:
    """n + 1 on the diagonal beside numbers up to 1: an inverse exists, and its elements are at most 1."""
    if len(x.shape) < 2 or x.shape[-1] != x.shape[-2]:
        return None
    n = x.shape[-1]
    return applied(f"{n + 1.0} * np.eye({n}) + {{0}}", [x.within(*UNIT)], -1.0, n + 2.0, PLUS, (TIMES,))


def of_matrix(name: str, template: str, bound: Callable[[int], float], *, symmetric: bool = False) -> Step:
    """A function of a square matrix, whose results are at most ``bound(n)``."""

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        a: Part | None = parts[0]
        if symmetric and a is not None and len(a.shape) == 2 and a.shape[0] == a.shape[1]:
            a = a.within(*UNIT)
            a = applied("{0} + {1}.T", [a, a], -2.0, 2.0, PLUS, (PLUS, ATOM))
            a = None if a is None else applied("0.5 * {0}", [a], -1.0, 1.0, TIMES, (SIGN,))
        elif symmetric:
            return None
        matrix = None if a is None else dominant(a)
        if matrix is None:
            return None
        size = bound(matrix.shape[-1])
        return applied(template, [matrix], -size, size)

    return Step(name, "linalg", 1, make)


def a_solution(draw: Draw, parts: Sequence[Part]) -> Part | None:
    matrix = dominant(parts[0])
    if matrix is None or len(parts[1].shape) != 2:
        return None
    b = parts[1].within(-5.0, 5.0)
    size = b.size * matrix.shape[-1]
    return applied("np.linalg.solve({0}, {1})", [matrix, b], -size, size)


LINALG = [
    of_matrix("inv", "np.linalg.inv({0})", lambda n: 1.0),
    of_matrix("det", "0.1 * np.linalg.det({0})", lambda n: 0.1 * (2 * n + 1.0) ** n),
    of_matrix("slogdet", "np.linalg.slogdet({0})[1]", lambda n: n * math.log(2 * n + 1.0)),
    of_matrix("matrix_power", "np.linalg.matrix_power({0}, -2)", lambda n: 1.0),
    of_matrix("trace", "np.trace({0})", lambda n: n * (n + 2.0)),
    of_matrix("cholesky", "np.linalg.cholesky({0})", lambda n: 3.0, symmetric=True),
    Step("solve", "linalg", 2, a_solution),
]


def spectrum(name: str, part: str) -> Step:
    """A Fourier transform along an axis, of which expressions take the real or the imaginary part."""

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        if not parts[0].shape:
            return None
        axis = draw(axes(parts[0].shape, kinds=("int",)))
        x = parts[0].within(-5.0, 5.0)
        size = x.size * x.shape[axis]  # type: ignore[index]
        return applied(f"np.{part}(np.fft.{name}({{0}}, axis={axis}))", [x], -size, size)

    return Step(name, "fft", 1, make)


FFT = [spectrum("fft", "real"), spectrum("fft", "imag"), spectrum("ifft", "real"), spectrum("rfft", "real")]
