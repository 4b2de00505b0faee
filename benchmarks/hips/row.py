"""A row: a function or a program, written as a user of HIPS autograd writes it.

Convention: this file and ``rows/`` import nothing but NumPy and ``autograd``, whichever of the two libraries that is.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy

Draw = Callable[[numpy.random.Generator], Any]

# Why HIPS autograd gives less than a number, in the rows where it does.
NO_FORWARD = {"forward": "it has no forward derivative of this"}
NO_SECOND = {"second": "its derivative of this cannot be differentiated again"}


@dataclass
class Row:
    """A function of arrays, differentiated by all of them in every mode; without arrays, a program.

    ``f`` is the function, ``draws`` make its arguments. ``beyond`` says by mode why HIPS autograd fails or is wrong;
    ``differs`` says by mode why the two differ on purpose. ``right`` is what a program gives, ``tolerance`` of what.
    """

    name: str
    group: str
    f: Callable[..., Any]
    draws: tuple[Draw | float, ...] = ()
    right: Any = None
    beyond: dict[str, str] = field(default_factory=dict)
    differs: dict[str, str] = field(default_factory=dict)
    modes: tuple[str, ...] = ("value", "gradient", "second", "forward", "jacobian")
    tolerance: float = 1e-7

    def arguments(self) -> tuple[Any, ...]:
        """The same arrays each time, in both libraries."""
        generator = numpy.random.default_rng(zlib.crc32(self.name.encode()))
        return tuple(draw(generator) if callable(draw) else draw for draw in self.draws)


class Raises:
    """What is right of a program that must raise; ``kinds`` are errors of which it is one."""

    def __init__(self, *kinds: type[Exception]) -> None:
        self.kinds = kinds or (Exception,)


ROWS: dict[str, Row] = {}


def group(title: str) -> tuple[Callable[..., None], Callable[..., None]]:
    """``row`` and ``program`` that add to one group of the table."""

    def row(name: str, f: Callable[..., Any], *draws: Draw | float, **options: Any) -> None:
        assert name not in ROWS, name
        ROWS[name] = Row(name, title, f, draws, **options)

    def program(name: str, f: Callable[[], Any], right: Any, **options: Any) -> None:
        assert name not in ROWS, name
        ROWS[name] = Row(name, title, f, right=right, modes=("value",), **options)

    return row, program


def real(*shape: int) -> Draw:
    """Standard normal numbers."""
    return lambda generator: generator.normal(size=shape)


def between(low: float, high: float, *shape: int) -> Draw:
    """Numbers from an interval."""
    return lambda generator: generator.uniform(low, high, size=shape)


def positive(*shape: int) -> Draw:
    """Numbers from 0.5 to 2."""
    return between(0.5, 2.0, *shape)


def signed(*shape: int) -> Draw:
    """Numbers from 0.3 to 2 of either sign, for functions with a corner at 0."""
    return lambda generator: generator.uniform(0.3, 2.0, size=shape) * generator.choice([-1.0, 1.0], size=shape)


def distinct(*shape: int) -> Draw:
    """Numbers that are 0.3 apart, in a random order, for functions that compare them."""
    return lambda generator: 0.3 * generator.permutation(numpy.prod(shape, dtype=int)).reshape(shape) - 0.35


def regular(*shape: int) -> Draw:
    """Matrices near the unit matrix."""
    return lambda generator: numpy.eye(shape[-2], shape[-1]) + 0.2 * generator.normal(size=shape)


def complexes(*shape: int) -> Draw:
    """Standard normal complex numbers."""
    return lambda generator: generator.normal(size=shape) + 1j * generator.normal(size=shape)
