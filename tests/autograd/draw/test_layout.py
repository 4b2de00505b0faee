"""Layouts, of every engine that is installed: everything has a place, and nothing lies upon what it should not."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.draw.diagram import Arrow, Box, Diagram, Group, Line, Span
from autograd.draw.layout import ENGINES, Direction, Engine, Placed, Rectangle, columns, faults, installed, place
from autograd.draw.layout.layered import layered
from autograd.draw.layout.placed import joined
from autograd.draw.layout.places import pooled

from .diagrams import all_boxes, diagrams

DIRECTIONS: tuple[Direction, ...] = ("LR", "TB", "RL", "BT")
everywhere = pytest.mark.parametrize("engine", installed())


def apart(a: Rectangle, b: Rectangle) -> bool:
    return (
        a[0] + a[2] <= b[0] + 1 or b[0] + b[2] <= a[0] + 1 or a[1] + a[3] <= b[1] + 1 or b[1] + b[3] <= a[1] + 1
    )  # fmt: skip


def holds(outer: Rectangle, inner: Rectangle) -> bool:
    return all(inner[k] >= outer[k] - 1 and inner[k] + inner[k + 2] <= outer[k] + outer[k + 2] + 1 for k in (0, 1))


def check(diagram: Diagram, placed: Placed) -> None:
    """All that any picture promises."""
    page = (0.0, 0.0, placed.width, placed.height)
    assert set(placed.boxes) == {box.key for box in diagram.boxes} and len(placed.routes) == len(diagram.arrows)
    texts = []
    for arrow, route in zip(diagram.arrows, placed.routes, strict=True):
        assert len(route.points) % 3 == 1 and len(route.points) > 1
        for end, key in ((route.points[0], arrow.source), (route.points[-1], arrow.target)):
            assert not apart((end[0] - 3, end[1] - 3, 6, 6), placed.boxes[key]), "it touches its boxes"
        assert (route.text is not None) == bool(arrow.lines)
        if route.text is not None:
            texts.append((*route.text, *arrow.size))
    solid = [*placed.boxes.values(), *texts]
    assert all(holds(page, r) for r in [*solid, *placed.groups.values()])
    assert all(apart(a, b) for k, a in enumerate(solid) for b in solid[:k])
    stack = list(diagram.groups)
    for a, b in pairwise(sorted(stack, key=lambda g: g.key)):
        if a.key in placed.groups and b.key in placed.groups:
            assert apart(placed.groups[a.key], placed.groups[b.key])
    while stack:
        group = stack.pop()
        stack += group.groups
        inside = set(all_boxes(group))
        assert (group.key in placed.groups) == bool(inside)
        if inside:
            frame = placed.groups[group.key]
            for key, r in placed.boxes.items():
                assert holds(frame, r) if key in inside else apart(frame, r)
    assert not faults(placed)


@given(diagrams(), st.sampled_from(DIRECTIONS), st.none() | st.floats(100, 800), st.booleans())
def test_our_layout_keeps_all_promises(
    diagram: Diagram, direction: Direction, wrap: float | None, together: bool
) -> None:
    """Also where arrows run together, as they do in large pictures."""
    alone, least = (0, 1) if together else (columns.ALONE, columns.TOGETHER)
    with mock.patch.multiple(columns, ALONE=alone, TOGETHER=least):
        placed = place(diagram, direction, wrap, "builtin")
    check(diagram, placed)
    assert all(len(joined(route.points)) == len(route.points) for route in placed.routes), "no line is in pieces"


@pytest.mark.parametrize("engine", [e for e in installed() if e != "builtin"])
@settings(max_examples=40)
@given(diagram=diagrams(), direction=st.sampled_from(DIRECTIONS))
def test_programs_keep_them_too_or_ours_steps_in(engine: Engine, diagram: Diagram, direction: Direction) -> None:
    check(diagram, place(diagram, direction, engine=engine))


def box(key: str) -> Box:
    return Box(key, "inner", [Line([Span(key)])])


def chain(n: int) -> Diagram:
    return Diagram([box(f"k{k}") for k in range(n)], [Arrow(f"k{k}", f"k{k + 1}") for k in range(n - 1)])


@everywhere
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_computation_goes_where_it_is_told(engine: Engine, direction: Direction) -> None:
    placed = place(chain(3), direction, engine=engine)
    axis, sign = {"LR": (0, 1), "RL": (0, -1), "TB": (1, 1), "BT": (1, -1)}[direction]
    at = [placed.boxes[f"k{k}"][axis] * sign for k in range(3)]
    assert at == sorted(at) and len(set(at)) == 3


@everywhere
def test_backward_arrows_leave_the_order_alone(engine: Engine) -> None:
    diagram = chain(4)
    before = place(diagram, engine=engine)
    diagram.arrows += [Arrow(f"k{k + 1}", f"k{k}", kind="backward") for k in range(3)]
    after = place(diagram, engine=engine)
    for placed in (before, after):
        assert [key for key, _ in sorted(placed.boxes.items(), key=lambda item: item[1][0])] == ["k0", "k1", "k2", "k3"]


def test_a_large_diagram_is_laid_out() -> None:
    rng = random.Random(0)
    diagram = chain(2000)
    diagram.arrows = [Arrow(f"k{max(0, k - rng.randint(1, 30))}", f"k{k}", [Line([Span("1")])]) for k in range(1, 2000)]
    diagram.arrows += [Arrow(f"k{max(0, k - rng.randint(1, 60))}", f"k{k}") for k in range(1, 2000, 3)]
    assert not faults(place(diagram))


@pytest.mark.parametrize("skip, asked", [(1, True), (40, False)])
def test_programs_are_not_asked_for_what_takes_them_minutes(
    skip: int, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few boxes, but arrows that pass very many of them: an LSTM unrolled."""
    diagram = chain(100)
    diagram.arrows += [Arrow(f"k{k}", f"k{k + skip}") for k in range(100 - skip)]
    calls: list[Diagram] = []
    monkeypatch.setattr("autograd.draw.layout.engines.program", lambda name: name)
    monkeypatch.setattr(
        "autograd.draw.layout.engines.by_program", lambda diagram, *_: calls.append(diagram) or layered(diagram)
    )
    assert not faults(place(diagram)) and bool(calls) == asked


def test_rows_fit_the_page() -> None:
    diagram = chain(60)
    diagram.groups = [Group("g", "block", [f"k{k}" for k in range(10, 50)])]
    wide = place(diagram, engine="builtin")
    for direction in ("LR", "RL"):
        folded = place(diagram, direction, 700.0, "builtin")
        assert wide.width > 2000 and folded.width <= 760
        check(diagram, folded)
    rows = sorted({round(r[1]) for r in folded.boxes.values()})
    assert len(rows) > 3


@pytest.mark.parametrize("seed", [19, 26, 61, 143])
def test_arrows_that_only_pass_a_row_stay_near_it(seed: int) -> None:
    """Nothing else holds them."""
    rng = random.Random(seed)
    diagram = chain(30)
    for box in diagram.boxes:
        box.lines *= 1 + rng.choice([0, 0, 6, 12])
    skips = rng.randint(1, 5)
    diagram.arrows += [Arrow(*(f"k{k}" for k in sorted(rng.sample(range(30), 2)))) for _ in range(skips)]
    folded = place(diagram, wrap=500.0, engine="builtin")
    check(diagram, folded)
    bands = sorted((y, y + height) for _, y, _, height in folded.boxes.values())
    filled = [max(end for _, end in bands[: k + 1]) for k in range(len(bands))]
    assert max(start - end for (start, _), end in zip(bands[1:], filled, strict=False)) < 40 + 16 * skips


@pytest.mark.parametrize("turned", [False, True], ids=["from one box", "to one box"])
def test_many_long_arrows_of_a_box_run_together(turned: bool) -> None:
    """Else they would need 7 pixels each, twice at the ends of rows."""
    diagram = chain(100)
    ends = [("k0", f"k{k}") if not turned else (f"k{k}", "k99") for k in range(2, 98)]
    diagram.arrows += [Arrow(*pair, [Line([Span("1")])]) for pair in ends]
    folded = place(diagram, wrap=700.0, engine="builtin")
    check(diagram, folded)
    assert folded.width < 900


def test_faults_are_found() -> None:
    """A planted mistake of each kind."""
    diagram = chain(3)
    diagram.groups = [Group("g", "", ["k0"]), Group("h", "", ["k1"])]
    diagram.arrows = [Arrow("k0", "k1", [Line([Span("text")])])]
    placed = place(diagram, engine="builtin")
    good = dict(placed.boxes), dict(placed.groups), placed.routes[0].text
    assert not faults(placed)
    for thing, key, change, words in [
        ("box", "k1", (-50.0, 0.0), "outside"),
        ("box", "k0", placed.boxes["k1"][:2], "lies upon"),
        ("box", "k2", placed.boxes["k0"][:2], "foreign"),
        ("box", "k0", placed.boxes["k2"][:2], "not wholly"),
        ("group", "h", placed.groups["g"][:2], "cut each other"),
        ("text", "", placed.boxes["k0"][:2], "text 0"),
    ]:
        placed.boxes, placed.groups, placed.routes[0].text = dict(good[0]), dict(good[1]), good[2]
        if thing == "box":
            placed.boxes[key] = (*change, *placed.boxes[key][2:])
        elif thing == "group":
            placed.groups[key] = (*change, *placed.groups[key][2:])
        else:
            placed.routes[0].text = change
        assert any(words in fault for fault in faults(placed)), words


def test_an_engine_that_is_missing_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("autograd.draw.layout.engines.program", lambda name: None)
    assert installed() == ["builtin"] and place(chain(2)).boxes
    for engine, words in (("dot", "graphviz.org"), ("graphviz-pure", r"chalkgrad\[draw\]")):
        with pytest.raises(RuntimeError, match=words):
            place(chain(2), engine=engine)


@pytest.mark.parametrize("output", ["", "{}", '{"bb": "0,0,1,1"}', "nonsense"])
def test_a_program_that_fails_is_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, output: str) -> None:
    broken = tmp_path / "dot"
    broken.write_text(f"#!/bin/sh\necho '{output}'\nexit {0 if output else 3}\n")
    broken.chmod(0o755)
    monkeypatch.setattr("autograd.draw.layout.engines.program", lambda name: broken)
    assert place(chain(2)).boxes
    with pytest.raises(ValueError, match="dot could not"):
        place(chain(2), engine="dot")


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0.1, 10), st.floats(0, 20)), min_size=1, max_size=8))
def test_pooling_is_the_nearest_that_keeps_its_distance(items: list[tuple[float, float, float]]) -> None:
    """Optimal: the gradient of the weighted squares, summed from the end, pushes no gap open that is not closed."""
    wanted, weights, gaps = zip(*items, strict=True)
    steps = [sum(gaps[1 : k + 1]) for k in range(len(items))]
    x = pooled(wanted, weights, steps)
    slack = [x[k + 1] - x[k] - (steps[k + 1] - steps[k]) for k in range(len(x) - 1)]
    assert min(slack, default=0.0) > -1e-9
    pushed = 0.0
    for k in range(len(x) - 1):
        pushed += weights[k] * (wanted[k] - x[k])
        assert pushed > -1e-6 and (slack[k] < 1e-9 or abs(pushed) < 1e-6)


def test_names_of_engines_are_those_that_draw_takes() -> None:
    assert set(installed()) <= set(ENGINES)
