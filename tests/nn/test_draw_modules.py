"""Pictures of models by their modules: nothing is lost or invented, however far they are closed."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd.draw import draw
from autograd.draw.diagram import Box, Diagram, Group
from autograd.draw.faces import modules
from autograd.draw.faces.modules import READABLE
from autograd.draw.faces.repeats import Tree
from autograd.draw.graph import Graph
from autograd.draw.record.names import access
from autograd.draw.record.run import run

from ..tables import networks
from ..tables.networks.case import Case

CASES = {
    f"{module.name}:{case.name}": case
    for module in pkgutil.iter_modules(networks.__path__)
    for case in getattr(importlib.import_module(f"{networks.__name__}.{module.name}"), "CASES", ())
    if not case.is_function
}
every_layer = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
DEPTHS = (0, 1, 2, None)


def graph_of(case: Case, unfold: bool | None = None) -> tuple[nn.Module, Graph]:
    layer: Any = case.function(nn, case.options)
    layer.train(case.training)
    return layer, run(layer, case.draw(), case.call, unfold=unfold)


def text(box: Box) -> str:
    return "\n".join("".join(span.text for span in [*line.left, *line.right]) for line in box.lines)


def frames(groups: Iterable[Group]) -> list[Group]:
    return [group for outer in groups for group in [outer, *frames(outer.groups)]]


def reached(edges: Iterable[tuple[Any, Any]], start: Iterable[Any]) -> set[Any]:
    """All that edges lead to from the start, which is included."""
    after: dict[Any, list[Any]] = {}
    for source, target in edges:
        after.setdefault(source, []).append(target)
    found, waiting = set(start), list(start)
    while waiting:
        new = [target for target in after.get(waiting.pop(), ()) if target not in found]
        found.update(new)
        waiting.extend(new)
    return found


def steps(graph: Graph) -> list[tuple[int, int]]:
    """What is computed from what."""
    given = [(key, q.key) for q in graph.quantities for _, key in q.besides]
    return given + [(o.source, q.key) for q in graph.quantities for o in q.operands if o.source is not None]


def within(graph: Graph, box: Box) -> set[int]:
    """The quantities that a box stands for: what is computed in it, and leaves that only it uses."""
    if box.key[0] in "qo":
        return {int(box.key[1:])}
    scopes = {int(box.key[1:])}
    for scope in graph.scopes:
        if scope.parent in scopes:
            scopes.add(scope.key)
    return {q.key for q in graph.quantities if q.scope in scopes}


@every_layer
@pytest.mark.parametrize("unfold", [False, True])
def test_nothing_is_lost_or_invented(case: Case, unfold: bool) -> None:
    _, graph = graph_of(case, unfold)
    edges = steps(graph)
    for depth in DEPTHS:
        diagram = modules(graph, depth)
        check_form(diagram)
        boxes = {box.key: box for box in diagram.boxes}
        drawn = [(arrow.source, arrow.target) for arrow in diagram.arrows]
        for arrow in diagram.arrows:
            if arrow.kind == "forward":
                start, end = within(graph, boxes[arrow.source]), within(graph, boxes[arrow.target])
                assert reached(edges, start) & end, f"nothing leads from {arrow.source} to {arrow.target}"
                uses = sum(source in start and target in end for source, target in edges)
                assert drawn.count((arrow.source, arrow.target)) <= max(uses, 1)
        shown = {box.quantity for box in diagram.boxes}
        for q in graph.quantities:
            if q.kind == "input":
                there = {root for root in graph.roots if root in reached(edges, [q.key])}
                assert q.key in shown or not there
                assert there <= {root for root in graph.roots if f"q{root}" in reached(drawn, [f"q{q.key}"])}
        assert shown.issuperset(graph.roots)


def check_form(diagram: Diagram) -> None:
    """Each box once, after those that lead to it, and in one frame at most."""
    keys = [box.key for box in diagram.boxes]
    assert len(set(keys)) == len(keys)
    places = {key: k for k, key in enumerate(keys)}
    assert all(places[arrow.source] < places[arrow.target] for arrow in diagram.arrows)
    framed = [key for group in frames(diagram.groups) for key in group.boxes]
    assert len(set(framed)) == len(framed)
    assert set(framed) <= set(keys)


@every_layer
def test_each_parameter_appears_once_and_counts_agree_with_the_summary(case: Case) -> None:
    layer, graph = graph_of(case)
    used = {q.name: q.shape for q in graph.quantities if q.kind == "parameter" and q.named == "module"}
    assert set(used) == {access(name).lstrip(".") for name, _ in layer.named_parameters()}
    tree = Tree(graph)
    folded = {graph.quantities[k].name for key in tree.folded for k in tree.parameters(key)}  # another stands for these
    for depth in (0, 1, 9):
        diagram = modules(graph, depth)
        said: list[str] = []
        for box in diagram.boxes:
            if box.kind == "module":
                scope = graph.scopes[int(box.key[1:])]
                said += [access(f"{scope.name}.x")[1:-2] + f".{line.split()[0]}" for line in box.tip.split("\n")[1:]]
            elif box.key.startswith("q") and box.kind == "parameter":
                said.append(graph.quantities[box.quantity or 0].name)
        names = [name.lstrip(".") for name in said]
        assert len(set(names)) == len(names)
        assert set(names) <= set(used) <= set(names) | (folded if depth else set())
    rows = nn.summary(layer, *case.draw(), **case.call).rows
    words = {access(row.name).lstrip("."): row.module.partition(": ")[2] if row.name else row.module for row in rows}
    assert all(words[scope.name] == scope.title for scope in graph.scopes if scope.kind == "module")
    if used:
        (box,) = (box for box in modules(graph, 0).boxes if box.kind == "module")
        (count,) = re.findall(r"([\d,]+) parameters?", text(box))
        assert int(count.replace(",", "")) == sum(row.parameters for row in rows)


@given(st.lists(st.sampled_from(["Linear", "Tanh", "Block"]), min_size=1, max_size=7), st.integers(1, 2))
def test_equal_modules_in_a_chain_are_shown_once(kinds: list[str], depth: int) -> None:
    def block(kind: str) -> nn.Module:
        if kind == "Block":
            return nn.Sequential(nn.Linear(3, 3), nn.Tanh())
        return nn.Linear(3, 3) if kind == "Linear" else nn.Tanh()

    model = nn.Sequential(*map(block, kinds))
    diagram = modules(run(model, [np.ones((2, 3))]), depth)
    runs = [(kind, len(list(group))) for kind, group in groupby(kinds)]
    times = [f"× {n}" for _, n in runs if n > 1]
    titles = [group.title for group in frames(diagram.groups)]
    assert sorted(re.findall(r"× \d+", " ".join([*titles, *map(text, diagram.boxes)]))) == sorted(times)
    if depth == 1:
        assert [box.kind for box in diagram.boxes] == ["input", *["module"] * len(runs), "result"]
        assert len(diagram.arrows) == len(runs) + 1
        total = sum(int(n) for box in diagram.boxes for n in re.findall(r"(\d+) parameters", text(box)))
        assert total == sum(p.size for p in model.parameters())


class Unrolled(nn.Module):
    """A cell in a loop."""

    def __init__(self, cell: nn.Module) -> None:
        self.cell = cell

    def forward(self, x: Any) -> Any:
        state = None
        for x_t in x:
            state = self.cell(x_t, state)
        return state


@pytest.mark.parametrize("steps", [2, 5])
@pytest.mark.parametrize("make", [nn.RNNCell, nn.GRUCell, nn.LSTMCell])
def test_calls_of_a_module_share_one_box_of_weights(make: Any, steps: int) -> None:
    graph = run(Unrolled(make(2, 3)), [np.ones((steps, 4, 2))])
    for depth in (1, 2):
        diagram = modules(graph, depth)
        (weights,) = (box for box in diagram.boxes if box.key.startswith("w"))
        assert text(weights).count("weight_") == 2
        assert not any(box.quantity is not None and box.kind == "parameter" for box in diagram.boxes)
        (bundle,) = (arrow for arrow in diagram.arrows if arrow.kind == "bundle")
        assert bundle.source == weights.key
        assert f"shared by {steps} calls" in bundle.lines[0].left[0].text
        names = [text(box).split("\n")[0] for box in diagram.boxes if box.kind == "module"]
        names += [group.title.split(" · ")[0] for group in frames(diagram.groups)]
        assert [name for name in names if name.startswith("t =")] == [f"t = {k}" for k in range(steps)]


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_the_steps_of_an_opened_recurrent_layer_share_their_weights(kind: Any) -> None:
    diagram = modules(run(kind(2, 3), [np.ones((4, 5, 2))], unfold=True), 1)
    assert sum(box.kind == "module" for box in diagram.boxes) == 4
    assert sum(arrow.kind == "bundle" for arrow in diagram.arrows) == 1


def test_a_model_that_does_not_fit_a_page_is_closed_as_far_as_needed() -> None:
    blocks = [nn.Sequential(nn.Linear(k, k + 1), nn.Tanh()) for k in range(1, 9)]
    model = nn.Sequential(nn.Sequential(*blocks[:4]), nn.Sequential(*blocks[4:]))
    picture = draw(model, np.ones((2, 1)))
    (depth,) = re.findall(r"depth=(\d) of 4", picture.diagram.legend[0][1])
    deeper = draw(model, np.ones((2, 1)), depth=int(depth) + 1)
    assert len(picture.diagram.boxes) <= READABLE < len(deeper.diagram.boxes)


def test_dropout_says_what_it_does_and_batch_norm_is_one_operation() -> None:
    def net(x: Any) -> Any:
        return nn.functional.dropout(layer(x), 0.2, generator=0)

    layer = nn.BatchNorm2d(3)
    diagram = modules(run(net, [np.random.default_rng(0).normal(size=(4, 3, 5, 5))]))
    assert [text(box) for box in diagram.boxes if box.kind == "operation"] == ["normalise", "× mask / 0.8"]
