"""Formulas of arrays: what is written for a step gives its array, and what arrives at it sums to its gradient."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from autograd.draw.formula import Symbol, evaluate, fold, to_latex, to_text
from autograd.draw.graph import Graph
from autograd.draw.record import describe

from ...tables.operations.row import Row
from ..test_laws import TABLE


def tracked(*arrays: Any) -> list[Tensor]:
    return [Tensor(a, requires_grad=True) for a in arrays]


def equal(a: Any, b: Any, shape: tuple[int, ...]) -> bool:
    return bool(np.allclose(np.broadcast_to(a, shape), b, rtol=1e-6, atol=1e-8, equal_nan=True))


def check(graph: Graph, exact: bool = True) -> tuple[int, int]:
    """How many gradients were written out as they are, and how many only named."""
    formulas = fold(graph)
    values: dict[Symbol, Any] = {}
    for step in formulas.steps.values():
        if step.value is not None:
            values[step.symbol] = step.value
        if step.delta is not None and step.grad is not None:
            values[step.delta] = step.grad
    done = unknown = 0
    for step in formulas.steps.values():
        for tree in [step.expression, step.gradient, *[use.arrives for use in step.uses]]:
            if tree is not None:
                assert to_text(tree)
                assert to_latex(tree)
        if step.expression is not None and step.value is not None:
            with contextlib.suppress(KeyError):
                assert equal(evaluate(step.expression, values), step.value, step.quantity.shape), to_text(
                    step.expression
                )
        if step.gradient is not None and step.grad is not None:
            if not exact:
                continue
            try:
                found = evaluate(step.gradient, values)
            except KeyError:
                unknown += 1
                continue
            done += 1
            assert equal(found, step.grad, step.quantity.shape), (step.name, to_text(step.gradient), found, step.grad)
    return done, unknown


SPECIAL = {  # where the engine decides what the formula leaves open
    "elementwise:power of 0 by arrays", "elementwise:fmax past NaN", "elementwise:fmin past NaN", "linalg:det singular",
    "linalg:det zero", "reduce:prod one zero", "reduce:prod two zeros",
}  # fmt: skip


@pytest.mark.parametrize(("name", "row"), TABLE.items(), ids=TABLE.keys())
def test_every_operation_is_written(name: str, row: Row) -> None:
    """All rows of the table that are real; what is written out is right, but for the special points named above."""
    points = row.draw(7)
    if any(p.dtype.kind == "c" for p in points):
        pytest.skip("formulas are those of real numbers")
    y = row.expression(*tracked(*points))
    if not isinstance(y, Tensor) or y.dtype.kind == "c":
        pytest.skip("no real tensor")
    check(describe(y, grads=True), exact=name not in SPECIAL)


@pytest.mark.parametrize(
    ("write", "shapes"),
    [(lambda A: A.sum(), [(2, 3)])],
)
def test_written_out(write: Callable[..., Tensor], shapes: list[tuple[int, ...]]) -> None:
    rng = np.random.default_rng(0)
    done, unknown = check(describe(write(*tracked(*[rng.normal(size=s) for s in shapes])), grads=True))
    assert unknown == 0
    assert done > 0
