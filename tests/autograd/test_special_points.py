"""Derivatives at special points are those of the table, and those of elements that were not taken are 0."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, grad, hessian, hvp, jacobian, jvp, special_points, vjp
from autograd.core import Node, Switch, ancestors, backward, forward
from autograd.declare import Operation
from autograd.special import log_softmax, softmax
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


@pytest.mark.parametrize("function", [np.hypot, np.arctan2])
def test_the_sign_of_a_derivative_of_zero_does_not_hang_on_neighbours(function: Any) -> None:
    for x, y in ((-0.0, 1.0), (1.0, -0.0), (0.0, -1.0)):
        alone = grad(lambda x, y: np.sum(function(x, y)), (0, 1))(np.array([x]), np.array([y]))
        beside = grad(lambda x, y: np.sum(function(x, y)), (0, 1))(np.array([x, 0.0]), np.array([y, 0.0]))
        for one, two in zip(alone, beside, strict=True):
            assert str(one[0]) == str(two[0])


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


SECOND = {k: p for k, p in ROWS.items() if p.second is not None and np.ndim(p.at)}


@pytest.mark.parametrize("point", SECOND.values(), ids=SECOND.keys())
def test_hessians_are_the_same_in_both_modes(point: Point) -> None:
    """Row by row and column by column: each leaves out, or does not move, all other elements."""
    x = np.array(point.at)
    same(*(hessian(lambda x: np.sum(point.function(x)), mode=mode)(x) for mode in ("reverse", "forward")))


ROWWISE: dict[str, Any] = {
    "norm": lambda x: np.linalg.norm(x, axis=-1),
    "norm, keepdims": lambda x: np.linalg.norm(x, axis=1, keepdims=True),
    "norm of order 3": lambda x: np.linalg.norm(x, 3, axis=-1),
    "std": lambda x: np.std(x, axis=-1),
    "std of a part": lambda x: np.std(x, axis=1, where=np.array([True, True, False])),
    "nanstd": lambda x: np.nanstd(x, axis=-1),
    "hypot": lambda x: np.hypot(x[:, 0], x[:, 1]),
    "softmax": lambda x: softmax(np.sqrt(np.abs(x)), axis=-1)[:, 0],
    "log_softmax": lambda x: log_softmax(np.sqrt(np.abs(x)), axis=-1)[:, 0],
    "prod": lambda x: np.prod(np.abs(x), axis=-1),
    "cumprod": lambda x: np.cumprod(np.abs(x), axis=-1)[:, 2],
    "of columns": lambda x: np.linalg.norm(x.T, axis=0),
    "norms of copies": lambda x: np.sum(np.linalg.norm(x[:, None] * np.ones((2, 1)), axis=-1), axis=-1),
}


@pytest.mark.parametrize("f", ROWWISE.values(), ids=ROWWISE.keys())
def test_rows_that_do_not_move_stay_0_and_spoil_no_others(f: Any) -> None:
    """Second derivatives along v, by three combinations of modes: 0 in rows where v is 0, though none exists there."""
    x = np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 3.5], [0.0, 0.0, 0.0], [2.0, -1.0, 0.5]])
    v = np.array([[0.0, 0.0, 0.0], [1.0, 0.5, -1.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])

    def total(x: Any) -> Any:
        return np.sum(f(x))

    expected = np.zeros_like(x)
    expected[1] = hvp(total)(x[1:2], v[1:2])[0]
    assert np.isfinite(expected).all()
    same(hvp(total)(x, v), expected)
    same(vjp(grad(total), x)[1](v)[0], expected)
    same(grad(lambda x: jvp(total, (x,), (v,))[1])(x), expected)


@pytest.mark.parametrize("name", ["norm", "std", "hypot", "norm of order 3"])
def test_where_a_row_moves_at_its_corner_its_second_derivative_is_nan(name: str) -> None:
    x, v = np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 3.5]]), np.array([[1.0, 0.0, 0.0], [1.0, 0.5, -1.0]])
    found = hvp(lambda x: np.sum(ROWWISE[name](x)))(x, v)
    assert np.isnan(found[0, :2]).all() and np.isfinite(found[1]).all()


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
