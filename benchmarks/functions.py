"""NumPy functions of tensors with 20,000 elements, against forward and backward passes written by hand in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor

from .measure import Race, Step

rng = np.random.default_rng(0)
A, B = rng.normal(size=(2, 100, 200))
S, R = rng.normal(size=(2, 100, 100)) + 10 * np.eye(100)
MASK = A > 0


def ours(function: Callable[..., Any], *arrays: Any) -> Callable[[], Step]:
    def make() -> Step:
        inputs = [Tensor(a, requires_grad=True) for a in arrays]

        def step() -> None:
            for x in inputs:
                x.grad = None
            function(*inputs).sum().backward()

        return step

    return make


def concatenate() -> Any:
    y = np.concatenate([A[:50], B[:50]])
    g = np.ones_like(y)
    return y.sum(), g[:50], g[50:]


def einsum() -> Any:
    y = np.einsum("ij,kj->ik", A, B)
    g = np.ones_like(y)
    return y.sum(), np.einsum("ik,kj->ij", g, B), np.einsum("ik,ij->kj", g, A)


def where() -> Any:
    y = np.where(MASK, A, B)
    g = np.ones_like(y)
    return y.sum(), np.where(MASK, g, 0), np.where(MASK, 0, g)


def solve() -> Any:
    y = np.linalg.solve(S, R)
    g = np.linalg.solve(S.T, np.ones_like(y))
    return y.sum(), -g @ y.T, g


def race(name: str, expression: Callable[..., Any], by_hand: Callable[[], Any], *arrays: Any) -> Race:
    return Race(name, ours(expression, *arrays), {"written by hand": lambda: by_hand}, {"written by hand": 3.0})


RACES = [
    race("np.concatenate", lambda a, b: np.concatenate([a, b]), concatenate, A[:50], B[:50]),
    race("np.einsum", lambda a, b: np.einsum("ij,kj->ik", a, b), einsum, A, B),
    race("np.where", lambda a, b: np.where(MASK, a, b), where, A, B),
    race("np.linalg.solve", np.linalg.solve, solve, S, R),
]
