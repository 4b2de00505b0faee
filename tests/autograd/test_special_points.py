"""Derivatives at special points are those of the table, and those of elements that were not taken are 0."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, grad, hessian, jacobian, special_points
from autograd.core import Node, Switch, ancestors, backward, forward
from autograd.declare import Operation
from autograd.special_points import POINTS, Point
from autograd.testing.laws import flat

from ..tables.operations.row import Row
from .test_laws import TABLE

ROWS = {f"{p.expression} at {p.at}": p for _, points in POINTS.values() for p in points}
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def same(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found, np.broadcast_to(expected, np.shape(found)), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("point", ROWS.values(), ids=ROWS.keys())
def test_first_derivatives(point: Point) -> None:
    total, x = lambda x: np.sum(point.function(x)), np.array(point.at)
    same(grad(total)(x), point.first)
    same(jacobian(total, mode="forward")(x), point.first)


@pytest.mark.parametrize("point", ROWS.values(), ids=ROWS.keys())
def test_jacobians_are_the_same_in_both_modes(point: Point) -> None:
    """Row by row and column by column: a row leaves out all other results."""
    x = np.array(point.at)
    same(*(jacobian(point.function, mode=mode)(x) for mode in ("reverse", "forward")))


@pytest.mark.parametrize("point", [p for p in ROWS.values() if p.value], ids=[k for k, p in ROWS.items() if p.value])
def test_first_derivatives_of_values(point: Point) -> None:
    v = Value(point.at)
    point.function(v).backward()
    same(v.grad, point.first)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize(
    "point",
    [p for p in ROWS.values() if p.second is not None],
    ids=[k for k, p in ROWS.items() if p.second is not None],
)
def test_second_derivatives(point: Point, mode: Any) -> None:
    x = np.array(point.at)
    found = hessian(lambda x: np.sum(point.function(x)), mode=mode)(x)
    same(np.diagonal(found.reshape(x.size, x.size)).reshape(x.shape), point.second)


def test_the_page_shows_the_table() -> None:
    assert special_points.PAGE.read_text(encoding="utf-8") == special_points.page(), (
        "run python -m autograd.special_points"
    )


# ---------------------------------------------------------------- elements that were not taken, in every operation

STEEP = Operation(lambda x: x.copy(), "elementwise", [lambda d: d * np.inf], name="steep")
LEVEL = Operation(lambda x: x.copy(), "elementwise", [lambda d: d * 1.0], name="level")


def derivatives(row: Row, first: Operation) -> tuple[list[np.ndarray], bool] | None:
    """The gradients and tangents of a row behind ``first``; does it do nothing but move, take and add elements?"""
    leaves = [Tensor(a, requires_grad=True) if a.dtype.kind == "f" else a for a in row.draw(0)]
    with Switch(on=True, forward=True):
        operands = [first(t) if isinstance(t, Tensor) else t for t in leaves]
        results = [y for y in flat(row.expression(*operands)) if getattr(y, "node", None) is not None]
        if not results:
            return None
        rng = np.random.default_rng(1)
        weights = [rng.normal(size=y.shape) for y in results]
        loss: Any = sum([np.sum(np.real(y * w)) for y, w in zip(results, weights, strict=True)])
    nodes = [t.node for t in leaves if isinstance(t, Tensor)]
    found = backward(loss.node, np.ones_like(loss._array), retain_graph=True, wrt=nodes)
    start = {n: rng.normal(size=n.shape) * (rng.random(n.shape) > 0.5) for n in nodes}
    moved = [forward(y.node, start) for y in results] if row.forward else []
    shapes = [n.shape for n in nodes] + [y.shape for y in results]
    arrays = [found.get(n) for n in nodes] + moved
    found_or_0 = [np.zeros(s) if d is None else np.asarray(d) for s, d in zip(shapes, arrays, strict=False)]
    return found_or_0, all(moves(node) for y in results for node in ancestors(y.node) if node.op is not None)


def moves(node: Node) -> bool:
    """Does this step move, take or add elements, and nothing else?"""
    return node.op.kind in ("linear", "item") or node.op.selects or node.op.name in MOVERS


MOVERS = {"steep", "level", "add", "subtract", "negative"}


def moving() -> Iterator[tuple[str, Row]]:
    """The rows of the table that do nothing else."""
    for key, row in TABLE.items():
        with np.errstate(all="ignore"):
            found = derivatives(row, LEVEL)
        if found is not None and found[1]:
            yield key, row


MOVING = dict(moving())


@pytest.mark.parametrize("row", MOVING.values(), ids=MOVING.keys())
def test_what_was_not_taken_has_derivative_0_behind_an_infinite_slope(row: Row) -> None:
    """Where a derivative is 0 it stays 0 behind a function of infinite slope, and nowhere else is it finite."""
    steep, level = derivatives(row, STEEP), derivatives(row, LEVEL)
    assert steep is not None and level is not None
    for d, plain in zip(steep[0], level[0], strict=True):
        assert (d[plain == 0] == 0).all(), f"{d} where {plain} says what was taken"
        assert not np.isfinite(d[plain != 0]).any(), f"{d} lost an infinite slope: {plain}"


def test_many_operations_move_elements() -> None:
    assert len(MOVING) > 150
