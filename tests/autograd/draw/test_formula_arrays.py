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
from autograd.draw.record import describe, run
from nn import functional as F

from ...nn.test_layers import TABLE as NETWORKS
from ...nn.test_layers import build, flat, reference
from ...tables.networks.case import Case
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
            whole = np.asarray(step.value).dtype.kind in "iub"  # NumPy takes the logarithm of int8 in half precision
            values[step.symbol] = np.asarray(step.value, float) if whole else step.value
        if step.delta is not None and step.grad is not None:
            values[step.delta] = step.grad
    done = unknown = 0
    for step in formulas.steps.values():
        for tree in [step.expression, step.gradient, *[use.arrives for use in step.uses]]:
            if tree is not None:
                assert to_text(tree)
                assert to_latex(tree)
        if step.expression is not None and step.value is not None:
            with contextlib.suppress(KeyError, TypeError):  # unknown, or a function of real numbers alone
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
    """All rows of the table: what is written out is right, but for the special points named above.

    Of complex numbers only the forward pass is written out.
    """
    points = tracked(*row.draw(7))
    for y in flat(row.expression(*points)):
        if isinstance(y, Tensor) and y.node is not None:
            real = all(t.dtype.kind == "f" for t in (*points, y))
            check(describe(y, grads=real), exact=name not in SPECIAL)


@pytest.mark.parametrize(("module", "case"), NETWORKS.values(), ids=NETWORKS.keys())
def test_every_layer_is_written(module: str, case: Case) -> None:
    """All cases of the table of networks, likewise."""
    function = build(case, reference(module, case))
    inputs = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in case.draw()]
    for y in flat(function(*inputs, **case.call)):
        if isinstance(y, Tensor) and y.requires_grad and y.node is not None and y.dtype.kind == "f":
            check(describe(y, grads=True), exact=not case.kinks)


WRITTEN: dict[str, tuple[Callable[..., Any], list[tuple[int, ...]]]] = {
    "matrix times matrix": (lambda A, B: A @ B, [(2, 3), (3, 4)]),
    "matrix times vector": (lambda A, v: A @ v, [(2, 3), (3,)]),
    "vector times matrix": (lambda v, A: v @ A, [(2,), (2, 3)]),
    "vector times vector": (lambda v, w: v @ w * 3, [(3,), (3,)]),
    "stacks": (lambda A, B: A @ B, [(2, 2, 3), (3, 4)]),
    "linear": (F.linear, [(4, 3), (2, 3), (2,)]),
    "linear of a stack": (F.linear, [(2, 4, 3), (2, 3), (2,)]),
    "broadcasting": (lambda A, b, c: (A + b) * c / 2, [(2, 3), (3,), (2, 1)]),
    "broadcasting numbers": (lambda A, b: A * b - b, [(2, 3), ()]),
    "broadcasting, summed": (lambda A, b: ((A - b) ** 2).sum(), [(2, 3), (3,)]),
    "sum of rows": (lambda A: A.sum(axis=0) ** 2, [(2, 3)]),
    "sum of columns": (lambda A: A.sum(axis=1) ** 2, [(2, 3)]),
    "sum of axes": (lambda A: A.sum(axis=(0, 2), keepdims=True) ** 3, [(2, 3, 2)]),
    "mean": (lambda A: A.mean() * A.mean(axis=1), [(2, 3)]),
    "max": (lambda A: A.max(axis=1) * A.max(), [(2, 3)]),
    "min": (lambda A: np.min(A, axis=0, keepdims=True) ** 2, [(2, 3)]),
    "variance": (lambda A: A.var(axis=0) + A.std() + np.var(A, ddof=1), [(3, 3)]),
    "norm": (lambda A: np.linalg.norm(A) ** 3, [(2, 3)]),
    "product": (lambda A: A.prod(axis=1), [(2, 3)]),
    "transpose": (lambda A: (A.T @ A).T, [(2, 3)]),
    "reshape": (lambda A: A.reshape(3, 2) @ A, [(2, 3)]),
    "squeeze": (lambda A: np.squeeze(np.expand_dims(A, 1), 1) ** 2, [(2, 3)]),
    "index": (lambda A: A[0] * A[1, 1:2] + A[[0, 1, 1]].sum(), [(2, 3)]),
    "new axis": (lambda v, w: v[:, None] * w[None], [(2,), (3,)]),
    "softmax": (lambda A, B: F.softmax(A, axis=1) @ B, [(2, 3), (3, 2)]),
    "log softmax": (lambda A: F.log_softmax(A, axis=1) ** 2, [(2, 3)]),
    "cross-entropy": (lambda A: F.cross_entropy(A, np.array([0, 2])), [(2, 3)]),
    "cross-entropies": (lambda A: F.cross_entropy(A, np.array([0, 2]), reduction="none") ** 2, [(2, 3)]),
    "concatenation": (lambda A, B: np.concatenate([A, B, A], axis=1) ** 2, [(2, 3), (2, 1)]),
    "stack": (lambda A, B: np.stack([A, B], axis=1) ** 2, [(2, 3), (2, 3)]),
    "einsum": (lambda A, B: np.einsum("ij,jk->ki", A, B) ** 2, [(2, 3), (3, 4)]),
    "where": (lambda A, B: np.where(np.eye(2) > 0, A, B) ** 2, [(2, 2), (2, 2)]),
    "inverse": (lambda A: np.linalg.inv(A) * np.linalg.det(A), [(2, 2)]),
    "powers": (lambda A, B: np.exp(A) ** B + 2**A, [(2, 2), (2,)]),
    "relu": (lambda A: F.relu(A) + F.leaky_relu(A, 0.2), [(2, 3)]),
    "sigmoid": (lambda A: F.sigmoid(A) * F.gelu(A), [(2, 3)]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_written_out(name: str) -> None:
    """Of these nothing is left as ∂name/∂x."""
    write, shapes = WRITTEN[name]
    rng = np.random.default_rng(0)
    done, unknown = check(run(write, [rng.normal(size=s) for s in shapes]))
    assert unknown == 0
    assert done >= len(shapes)
