"""A row of the table of operations: an ordinary NumPy expression and the points where it may be evaluated.

Convention: the expression is written for plain arrays and never mentions tensors; all laws in
``tests/autograd/test_laws.py`` hold for every row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

UFUNC_METHODS = [("reduce",), ("accumulate",), ("reduceat",), ("outer",), ("at",)]
Sample = Callable[[np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Row:
    """``functions`` are the declared operations that the row covers (NumPy's, or ours by name)."""

    name: str
    functions: tuple[Any, ...]
    expression: Callable[..., Any]
    samples: tuple[Sample, ...]
    forward: bool = True  # check forward mode
    second: bool = True  # check second order
    tolerance: float = 1e-5  # of the central difference, relative
    flags: frozenset[str] = field(default_factory=frozenset)

    def draw(self, seed: int) -> list[np.ndarray]:
        rng = np.random.default_rng(seed)
        return [sample(rng) for sample in self.samples]


def row(name: str, functions: Any, expression: Callable[..., Any], *samples: Sample, **options: Any) -> Row:
    """A row: ``row("sum axes", np.sum, lambda x: np.sum(x, (0, 2)), real(2, 3, 4))``.

    ``functions`` is one function, a tuple of several, or a ufunc's method as ``(np.add, "reduce")``.
    """
    if not isinstance(functions, tuple) or functions[1:] in UFUNC_METHODS:
        functions = (functions,)
    return Row(name, functions, expression, samples, **options)


# ---------------------------------------------------------------- points


def real(*shape: int, low: float = -2.0, high: float = 2.0) -> Sample:
    return lambda rng: np.asarray(rng.uniform(low, high, shape))


def positive(*shape: int) -> Sample:
    return real(*shape, low=0.3, high=2.5)


def unit(*shape: int) -> Sample:
    """Strictly between -1 and 1."""
    return real(*shape, low=-0.9, high=0.9)


def nonzero(*shape: int) -> Sample:
    """Away from 0, of both signs."""
    return lambda rng: np.asarray(rng.uniform(0.3, 2.0, shape) * rng.choice([-1.0, 1.0], shape))


def distinct(*shape: int) -> Sample:
    """No two elements closer than 0.1: for sorting, maxima and medians."""
    count = int(np.prod(shape))

    def sample(rng: np.random.Generator) -> np.ndarray:
        steps = rng.permutation(count) - count / 2
        return np.asarray(0.3 * steps + rng.uniform(0, 0.1, count)).reshape(shape)

    return sample


def compl(*shape: int) -> Sample:
    """Complex, away from 0 and from the negative real axis."""
    return lambda rng: np.asarray(rng.uniform(0.4, 2.0, shape) + 1j * rng.uniform(-1.5, 1.5, shape))


def square(*shape: int) -> Sample:
    """Well-conditioned square matrices (..., n, n)."""
    return lambda rng: np.asarray(rng.normal(size=shape) * 0.3 + np.diag(np.arange(1.0, shape[-1] + 1)))


def definite(*shape: int) -> Sample:
    """Symmetric positive definite matrices (..., n, n) with well separated eigenvalues."""

    def sample(rng: np.random.Generator) -> np.ndarray:
        q = np.linalg.qr(rng.normal(size=shape))[0]
        return np.asarray((q * np.arange(1.0, shape[-1] + 1)) @ np.swapaxes(q, -1, -2))

    return sample
