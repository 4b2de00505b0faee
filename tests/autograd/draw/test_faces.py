"""What pictures show of a graph: laws over random graphs, numbers and arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograd import Tensor, Value
from autograd.draw.diagram import Diagram
from autograd.draw.faces import board, lecture
from autograd.draw.faces.heat import CELLS, MISSING, STRIP, beside, heat
from autograd.draw.faces.numbers import DIGITS, fits, number, statistics, table, troubles
from autograd.draw.formula import fold
from autograd.draw.graph import Graph, Operand, Quantity
from autograd.draw.record import describe, run

FINITE = st.floats(-1e12, 1e12, allow_subnormal=False)
SHAPES = ((), (3,), (2, 3), (5, 5, 2), (40, 30))
OPERANDS = {"multiply": 2, "tanh": 1, "subtract": 2, "linear": 3}


@st.composite
def graphs(draw: st.DrawFn, shapes: tuple[tuple[int, ...], ...] = SHAPES) -> Graph:
    """A graph of numbers and arrays, with or without gradients, in which operands may repeat."""
    differentiated = draw(st.booleans())
    graph = Graph()
    for key in range(draw(st.integers(1, 12))):
        shape = draw(st.sampled_from(shapes))
        q = Quantity(key, "parameter", name=draw(st.sampled_from(["", "w", "<b>", "x\n"])), shape=shape)
        q.value = draw(st.none() | st.builds(np.full, st.just(shape), FINITE))
        q.gradient = np.full(shape, draw(FINITE)) if differentiated and draw(st.booleans()) else None
        if key and draw(st.booleans()):
            q.kind, q.operation = "inner", draw(st.sampled_from(list(OPERANDS)))
            source = st.builds(Operand, st.integers(0, key - 1), slope=st.none() | FINITE)
            n = OPERANDS[q.operation]
            q.operands = draw(st.lists(source | st.builds(Operand, literal=FINITE), min_size=n, max_size=n))
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
        ("getitem", [Operand(0)], [("key", ":, 0")], "[:, 0]"),
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
    assert ("e" in number(x)) == (math.isfinite(x) and (abs(x) >= 10**6 or 0 < abs(x) < 0.99995e-4))


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
    x = x.reshape([n for n in x.shape if n > 1])
    x = x[0] if x.ndim > 2 else x
    if x.ndim < 2:
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


# ---------------------------------------------------------------- the lecture

LEAVES = ("x1", "x2", "y", "w1", "w2", "w3", "w4", "w5", "w6", "b1", "b2", "b3")


def network(numbers: list[float], differentiated: bool = True) -> Graph:
    """The graph of the lecture's network: two inputs, two hidden neurons, one output, half the squared error."""
    leaves = {name: Value(x, label=name) for name, x in zip(LEAVES, numbers, strict=True)}
    x1, x2, y, w1, w2, w3, w4, w5, w6, b1, b2, b3 = leaves.values()
    h1, h2 = x1 * w1 + x2 * w2 + b1, x1 * w3 + x2 * w4 + b2
    u1, u2 = h1.tanh(), h2.tanh()
    f = u1 * w5 + u2 * w6 + b3
    E = 0.5 * (f - y) ** 2
    for name, v in {"h1": h1, "h2": h2, "u1": u1, "u2": u2, "f": f, "E": E}.items():
        v.label = name
    if differentiated:
        E.backward()
    return describe(E, inputs=[x1, x2, y])


def by_hand(numbers: list[float]) -> tuple[dict[str, tuple[str, float]], dict[str, tuple[str, float]]]:
    """As the slide derives them: formula and value of each node, formula and value of each gradient."""
    x1, x2, y, w1, w2, w3, w4, w5, w6, b1, b2, b3 = numbers
    h1, h2 = x1 * w1 + x2 * w2 + b1, x1 * w3 + x2 * w4 + b2
    u1, u2 = math.tanh(h1), math.tanh(h2)
    f = u1 * w5 + u2 * w6 + b3
    d1 = f - y
    d2, d3 = d1 * w5, d1 * w6
    d4, d5 = d2 * (1 - math.tanh(h1) ** 2), d3 * (1 - math.tanh(h2) ** 2)
    nodes = {
        "h1": ("x1 w1 + x2 w2 + b1", h1), "h2": ("x1 w3 + x2 w4 + b2", h2), "u1": ("tanh h1", u1),
        "u2": ("tanh h2", u2), "f": ("u1 w5 + u2 w6 + b3", f), "E": ("½ (f - y)²", 0.5 * (f - y) ** 2),
    }  # fmt: skip
    gradients = {
        "f": ("f - y = δ1", d1), "u1": ("δ1 w5 = δ2", d2), "u2": ("δ1 w6 = δ3", d3),
        "h1": ("δ2 (1 - tanh² h1) = δ4", d4), "h2": ("δ3 (1 - tanh² h2) = δ5", d5),
        "b3": ("δ1", d1), "w5": ("δ1 u1", d1 * u1), "w6": ("δ1 u2", d1 * u2),
        "b1": ("δ4", d4), "w1": ("δ4 x1", d4 * x1), "w2": ("δ4 x2", d4 * x2),
        "b2": ("δ5", d5), "w3": ("δ5 x1", d5 * x1), "w4": ("δ5 x2", d5 * x2),
    }  # fmt: skip
    return nodes, gradients


def said(diagram: Diagram, quantity: int) -> str:
    """All that a box says, as one line."""
    box = next(box for box in diagram.boxes if box.quantity == quantity)
    texts = [span.text for line in box.lines for span in [*line.left, *line.right]]
    return " ".join("".join(texts).split())


SLIDE = st.lists(st.floats(-2, 2).map(lambda x: round(x, 3)), min_size=12, max_size=12)


@given(SLIDE)
def test_the_slide_is_on_the_picture(numbers: list[float]) -> None:
    graph = network(numbers)
    diagram = lecture(graph)
    keys = {q.name: q.key for q in graph.quantities if q.name}
    nodes, gradients = by_hand(numbers)
    assert {box.quantity for box in diagram.boxes} == {keys[name] for name in (*LEAVES, *nodes)}
    for name, (formula, value) in nodes.items():
        assert graph.quantities[keys[name]].value == pytest.approx(value, rel=1e-12, abs=1e-12)
        assert said(diagram, keys[name]).startswith(f"{name} = {formula} = {number(value)}")
    for name, (formula, gradient) in gradients.items():
        exact = graph.quantities[keys[name]].gradient
        assert exact == pytest.approx(gradient, rel=1e-12, abs=1e-12)
        assert said(diagram, keys[name]).endswith(f"∂E/∂{name} = {formula} = {number(exact)}")
    for name, x in zip(LEAVES[:3], numbers[:3], strict=True):
        assert said(diagram, keys[name]) == f"{name} = {number(x)}"
    back = {(a.source, a.target): a for a in diagram.arrows if a.kind == "backward"}
    for source, target, formula, slope in [
        ("E", "f", "f - y", gradients["f"][1]), ("f", "u1", "w5", numbers[7]), ("f", "u2", "w6", numbers[8]),
        ("u1", "h1", "1 - tanh² h1", 1 - nodes["u1"][1] ** 2), ("u2", "h2", "1 - tanh² h2", 1 - nodes["u2"][1] ** 2),
    ]:  # fmt: skip
        arrow = back[f"q{keys[source]}", f"q{keys[target]}"]
        text, _, shown = " ".join(line.left[0].text for line in arrow.lines).rpartition(" = ")
        assert text == formula and float(shown) == pytest.approx(slope, rel=1e-3, abs=1e-9)


ELEMENTS = st.floats(-2, 2).map(lambda x: round(x, 3))


@given(st.data(), st.integers(1, 3))
def test_the_slide_of_arrays_is_on_the_picture(data: st.DataObject, n: int) -> None:
    shapes = {"X": (n, 2), "y": (n, 1), "W1": (2, 3), "b1": (3,), "W2": (3, 1), "b2": (1,)}
    X, y, W1, b1, W2, b2 = (data.draw(arrays(np.float64, shape, elements=ELEMENTS)) for shape in shapes.values())
    parameters = [
        Tensor(p, requires_grad=True, label=name) for name, p in zip(list(shapes)[2:], (W1, b1, W2, b2), strict=True)
    ]

    def network(X: Any, y: Any) -> Any:
        H = X @ parameters[0] + parameters[1]
        U = np.tanh(H)
        f = U @ parameters[2] + parameters[3]
        E = np.sum(0.5 * (f - y) ** 2)
        return E

    graph = run(network, (X, y))
    diagram = lecture(graph)
    keys = {q.name: q.key for q in graph.quantities if q.name}
    H = X @ W1 + b1
    U = np.tanh(H)
    f = U @ W2 + b2
    d1 = f - y
    d2 = d1 @ W2.T
    d3 = d2 * (1 - np.tanh(H) ** 2)
    nodes = {"H": ("X W1 + b1", H), "U": ("tanh H", U), "f": ("U W2 + b2", f), "E": ("½ Σ (f - y)²", np.sum(d1**2) / 2)}
    gradients = {
        "f": ("f - y = δ1", d1), "U": ("δ1 W2ᵀ = δ2", d2), "H": ("δ2 ⊙ (1 - tanh² H) = δ3", d3),
        "W1": ("Xᵀ δ3", X.T @ d3), "b1": ("Σ_rows δ3", d3.sum(0)),
        "W2": ("Uᵀ δ1", U.T @ d1), "b2": ("Σ_rows δ1", d1.sum(0)),
    }  # fmt: skip
    for name, (formula, value) in nodes.items():
        assert np.allclose(graph.quantities[keys[name]].value, value, rtol=1e-12, atol=1e-12)
        rows = " ".join(table(graph.quantities[keys[name]].value)) if np.ndim(value) else number(value)
        assert plain(said(diagram, keys[name])).startswith(plain(f"{name} = {formula} {rows}"))
    for name, (formula, gradient) in gradients.items():
        exact = graph.quantities[keys[name]].gradient
        assert np.allclose(exact, gradient, rtol=1e-12, atol=1e-12)
        rows = " ".join(table(exact))
        assert plain(said(diagram, keys[name])).endswith(plain(f"∂E/∂{name} = {formula} {rows}"))


def plain(text: str) -> str:
    """Without brackets of arrays, spaces and signs of equality."""
    return "".join(c for c in text if c not in "[]= ")


@given(SLIDE)
def test_the_lecture_shows_no_gradient_before_a_backward_pass(numbers: list[float]) -> None:
    diagram = lecture(network(numbers, differentiated=False))
    assert {arrow.kind for arrow in diagram.arrows} == {"forward"}
    assert not any("∂" in said(diagram, box.quantity or 0) for box in diagram.boxes)
    assert [role for role, _ in diagram.legend] == ["activation"]


@given(graphs(shapes=((),)))
def test_the_lecture_has_every_step_and_every_operand_once(graph: Graph) -> None:
    for q in graph.quantities:  # slopes of numbers, as recorded graphs have them
        q.scalar = q.shape == ()
    diagram, formulas = lecture(graph), fold(graph)
    assert [box.quantity for box in diagram.boxes] == list(formulas.steps)
    forward = [(a.source, a.target) for a in diagram.arrows if a.kind != "backward"]
    assert len(forward) == len(set(forward))
    for step in formulas.inner:
        for use in step.uses:
            assert (f"q{use.key}", f"q{step.key}") in forward
    shown = [(a.target, a.source) for a in diagram.arrows if a.kind == "backward"]
    assert set(shown) <= set(forward) and (graph.differentiated or not shown)
