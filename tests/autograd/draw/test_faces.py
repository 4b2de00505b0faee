"""What pictures show of a graph: laws over random graphs, numbers and arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograd.draw.faces import board
from autograd.draw.faces.heat import CELLS, MISSING, STRIP, beside, heat
from autograd.draw.faces.numbers import DIGITS, fits, number, statistics, table, troubles
from autograd.draw.graph import Graph, Operand, Quantity

FINITE = st.floats(-1e12, 1e12, allow_subnormal=False)
SHAPES = [(), (3,), (2, 3), (5, 5, 2), (40, 30)]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """A graph of numbers and arrays, with or without gradients, in which operands may repeat."""
    differentiated = draw(st.booleans())
    graph = Graph()
    for key in range(draw(st.integers(1, 12))):
        shape = draw(st.sampled_from(SHAPES))
        q = Quantity(key, "parameter", name=draw(st.sampled_from(["", "w", "<b>", "x\n"])), shape=shape)
        q.value = draw(st.none() | st.builds(np.full, st.just(shape), FINITE))
        q.gradient = np.full(shape, draw(FINITE)) if differentiated and draw(st.booleans()) else None
        if key and draw(st.booleans()):
            q.kind, q.operation = "inner", draw(st.sampled_from(["multiply", "tanh", "linear", "power"]))
            source = st.builds(Operand, st.integers(0, key - 1), slope=st.none() | FINITE)
            q.operands = draw(st.lists(source | st.builds(Operand, literal=FINITE), min_size=1, max_size=3))
        graph.quantities.append(q)
    graph.quantities[-1].kind = "result"
    graph.roots = [graph.quantities[-1].key]
    return graph


@given(graphs())
def test_the_board_has_every_quantity_and_every_operand_once(graph: Graph) -> None:
    diagram = board(graph)
    boxes = {box.key: box for box in diagram.boxes}
    assert len(boxes) == len(diagram.boxes)
    shown = [box.quantity for box in diagram.boxes if box.quantity is not None]
    assert shown == [q.key for q in graph.quantities]
    wanted = [
        (f"q{o.source}", f"o{q.key}", None if o.slope is None else number(o.slope))
        for q in graph.quantities for o in q.operands if o.source is not None
    ]  # fmt: skip
    found = [
        (a.source, a.target, a.lines[0].left[0].text if a.lines else None)
        for a in diagram.arrows if a.target.startswith("o")
    ]  # fmt: skip
    assert found == wanted
    results = [(a.source, a.target) for a in diagram.arrows if a.source.startswith("o")]
    assert results == [(f"o{q.key}", f"q{q.key}") for q in graph.quantities if q.operation]
    places = {key: k for k, key in enumerate(boxes)}
    assert all(places[a.source] < places[a.target] for a in diagram.arrows)
    for q in graph.quantities:
        box = boxes[f"q{q.key}"]
        names = [span.text for line in box.lines for span in line.left if span.role == "name"]
        assert box.kind == q.kind and "\n".join(names) == q.name


@given(graphs())
def test_a_gradient_is_shown_where_there_is_one(graph: Graph) -> None:
    diagram = board(graph)
    shown = {
        span.shows[1]
        for box in diagram.boxes for line in box.lines for span in [*line.left, *line.right]
        if span.shows and span.shows[0] == "gradient"
    }  # fmt: skip
    assert shown == {q.key for q in graph.quantities if q.gradient is not None}
    assert ("gradient" in dict(diagram.legend)) == graph.differentiated


def test_operations_are_written_as_in_python() -> None:
    rows: list[tuple[str, list[Operand], list[tuple[str, str]], str]] = [
        ("multiply", [Operand(0), Operand(literal=2.0)], [], "* 2"),
        ("subtract", [Operand(literal=1.0), Operand(0)], [], "1 -"),
        ("subtract", [Operand(0), Operand()], [], "- …"),
        ("add", [Operand(0), Operand(0)], [], "+"),
        ("negative", [Operand(0)], [], "-"),
        ("clip", [Operand(0), Operand(literal=0), Operand(literal=0.1 + 0.2)], [], "clip 0 0.3"),
        ("sum", [Operand(0)], [("axis", "0")], "sum axis=0"),
    ]
    for operation, operands, options, text in rows:
        q = Quantity(1, "result", operation, operands, options)
        pill = board(Graph([Quantity(0, "input"), q], roots=[1])).boxes[1]
        assert "".join(span.text for span in pill.lines[0].left) == text


def test_one_pill_stands_for_an_operation_of_several_results() -> None:
    qr = Quantity(1, "inner", "qr", [Operand(0)], results=True)
    items = [Quantity(k, "result", "item", [Operand(1)], shape=(2, 2)) for k in (2, 3)]
    diagram = board(Graph([Quantity(0, "parameter", shape=(2, 2)), qr, *items], roots=[2, 3]))
    assert [box.key for box in diagram.boxes] == ["q0", "o1", "q2", "q3"]
    assert [(a.source, a.target) for a in diagram.arrows] == [("q0", "o1"), ("o1", "q2"), ("o1", "q3")]


# ---------------------------------------------------------------- numbers


@given(st.floats() | st.integers(-(10**9), 10**9))
def test_a_number_as_text_is_the_number_rounded(x: float) -> None:
    assert float(number(x)) == pytest.approx(x, rel=0.51 * 10.0 ** (1 - DIGITS), abs=0, nan_ok=True)
    assert not number(-0.0).startswith("-")


@given(arrays(np.float64, array_shapes(max_dims=3, max_side=5), elements=st.floats(width=32)))
def test_a_table_has_the_numbers_of_the_array_in_aligned_columns(x: Any) -> None:
    rows = table(x)
    shown = np.array([[float(text) for text in row.split()] for row in rows])
    assert np.allclose(shown, x.reshape(shown.shape), rtol=0.0051, atol=0, equal_nan=True)
    assert len({len(row) for row in rows}) == 1 and shown.shape[1] == x.shape[-1]


@given(arrays(np.float64, array_shapes(max_dims=4, max_side=6), elements=FINITE))
def test_statistics_are_those_of_the_array(x: Any) -> None:
    said = dict(part.split(" ", 1) for part in statistics(x).split(", ")[:4])
    for word, text in said.items():
        assert float(text) == pytest.approx(getattr(np, word)(x), rel=1e-3, abs=1e-9 * np.abs(x).max())
    assert f"{np.mean(x == 0):.0%} zeros" in statistics(x) and not troubles(x)
    assert fits(x.shape, 6, 6) == (x.size // x.shape[-1] <= 6)


def test_trouble_is_named() -> None:
    assert statistics([np.nan, np.inf, 1.0, np.nan]).endswith("2 NaN, 1 inf")
    assert statistics([np.nan]) == "1 NaN"
    box = board(Graph([Quantity(0, "result", value=np.array([np.nan, 1.0]), shape=(2,))], roots=[0])).boxes[0]
    assert any(span.role == "warning" and "1 NaN" in span.text for line in box.lines for span in line.left)


# ---------------------------------------------------------------- heat-maps


@given(arrays(np.float64, array_shapes(max_dims=3, max_side=40), elements=st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0])))
def test_a_heat_map_is_small_and_hides_nothing(x: Any) -> None:
    cells = heat(x)
    while x.ndim > 2:
        x = x[0]
    if x.ndim == 1:
        assert len(cells) == 1 and len(cells[0]) == min(x.size, STRIP)
    else:
        assert (len(cells), len(cells[0])) == tuple(min(n, CELLS) for n in x.shape)
    colours = {cell for row in cells for cell in row}
    zero, negative, positive = heat(np.array([0.0, -2.0, 2.0]))[0]
    assert (np.abs(x) < 2).all() or colours & {negative, positive}  # the largest magnitude is seen
    assert (colours == {zero}) == (not x.any())


@given(st.integers(0, 999), st.sampled_from([(1000,), (25, 40)]))
def test_a_single_nan_is_seen(place: int, shape: tuple[int, ...]) -> None:
    x = np.zeros(1000)
    x[place] = np.nan
    cells = [cell for row in heat(x.reshape(shape)) for cell in row]
    assert cells.count(MISSING) == 1


def test_two_heat_maps_stand_beside_each_other() -> None:
    for shape in [(3,), (2, 5), (50, 50)]:
        both = beside(heat(np.ones(shape)), heat(-np.ones(shape)))
        assert len({len(row) for row in both}) == 1 and any("" in row for row in both)
