"""Pictures: of what was recorded, in every engine, shown and saved whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Tensor, Value
from autograd.draw import Picture, draw, render
from autograd.draw.layout import faults, installed
from autograd.draw.output import shown

from .diagrams import NAUGHTY, elements, names, texts_of

everywhere = pytest.mark.parametrize("engine", installed())


def example() -> Value:
    a, b = Value(2.0, label="a<b>"), Value(-3.0, label="b")
    y = (a * b + 1).tanh()
    y.label = "y"
    y.backward()
    return y


STEPS = [lambda x, y: x * y, lambda x, y: x + y, lambda x, y: x - y, lambda x, _: x.tanh(), lambda x, _: 2 - x]


@st.composite
def expressions(draw: Any) -> Any:
    """A random expression of Values, or the same of tensors, whose leaves have any names."""
    tensors = draw(st.booleans())
    leaves: list[Any] = []
    for k in range(draw(st.integers(1, 3))):
        name = draw(names)
        x = k + 0.5
        leaves.append(Tensor([x, x], requires_grad=True, label=name) if tensors else Value(x, label=name))
    found = list(leaves)
    for _ in range(draw(st.integers(1, 8))):
        x, y = draw(st.sampled_from(found)), draw(st.sampled_from(found))
        found.append(draw(st.sampled_from(STEPS))(x, y))
    y = found[-1].sum() if tensors else found[-1]
    return y, leaves


@everywhere
@given(made=expressions(), grads=st.booleans())
def test_expressions_are_drawn_whole_by_every_engine(engine: Any, made: Any, grads: bool) -> None:
    """Every box and arrow once, labels as they are; slopes multiplied along paths, and added, are the gradient."""
    y, leaves = made
    picture = draw(y, grads=grads, engine=engine)
    boxes, arrows = picture.diagram.boxes, picture.diagram.arrows
    if engine == "builtin":
        assert not faults(picture.placed)
    assert [e.get("data-key") for e in elements(picture.svg, "box")] == [box.key for box in boxes]
    assert len(elements(picture.svg, "arrow")) == len(arrows)
    quantities = {int(e.get("data-quantity") or -1) for e in elements(picture.svg, "box")} - {-1}
    assert quantities == {q.key for q in picture.graph.quantities if not q.results}
    texts = [text for box in elements(picture.svg, "box") for text in texts_of(box)]
    named = {q.name for q in picture.graph.quantities if q.name}
    assert named <= {leaf.label for leaf in leaves} and all(shown(name.split("\n")[0]) in texts for name in named)
    if isinstance(y, Value):
        slopes = {(a.get("data-source"), a.get("data-target"), *texts_of(a)) for a in elements(picture.svg, "label")}
        total = dict.fromkeys(range(len(picture.graph.quantities)), 0.0) | {picture.graph.roots[0]: 1.0}
        for q in reversed(picture.graph.quantities):
            for operand in q.operands:
                if operand.source is not None and operand.slope is not None:
                    total[operand.source] += operand.slope * total[q.key]
                    assert (f"q{operand.source}", f"o{q.key}", f"{operand.slope + 0.0:.4g}") in slopes
        if grads:
            assert {q.key: q.gradient for q in picture.graph.quantities} == pytest.approx(total, rel=1e-9, abs=1e-300)


@everywhere
@pytest.mark.parametrize("name", NAUGHTY)
def test_labels_come_out_as_they_are(engine: Any, name: str) -> None:
    picture = draw(Value(2.0, label=name) * 3, engine=engine)
    texts = [text for box in elements(picture.svg, "box") for text in texts_of(box)]
    for line in name.split("\n"):
        assert not line or any(len(text) == len(line) and text.strip("\ufffd") in text for text in texts)
        assert not line.isprintable() or not line or line in texts


MISTAKES: dict[str, tuple[Any, type[Exception], str]] = {
    "a direction": (lambda: draw(Value(1.0), direction="up"), ValueError, "'RL' or 'BT', not 'up'"),  # type: ignore[arg-type]
    "a style": (lambda: draw(Value(1.0), style="slide"), ValueError, "style is .*'lecture'"),  # type: ignore[arg-type]
    "a theme": (lambda: draw(Value(1.0), theme="dark"), ValueError, "theme is 'board' or 'paper'"),  # type: ignore[arg-type]
    "an engine": (lambda: draw(Value(1.0), engine="neato"), ValueError, "'builtin', not 'neato'"),  # type: ignore[arg-type]
    "a width": (lambda: draw(Value(1.0), wrap=-3), ValueError, "wrap is a width"),
    "a depth": (lambda: draw(Value(1.0), depth=True), ValueError, "depth is a whole number from 0"),
    "a limit": (lambda: draw(Value(1.0), limit=0), ValueError, "limit is a whole number from 1"),
    "a switch": (lambda: draw(Value(1.0), grads="yes"), ValueError, "grads is True, False or None"),  # type: ignore[arg-type]
    "a number": (lambda: draw(1.0), TypeError, "not float"),
    "nothing": (lambda: draw([]), ValueError, "no Value"),
    "nothing at all": (lambda: draw(), (TypeError, ValueError), "no Value"),
    "an untracked tensor": (lambda: draw(Tensor([1.0])), ValueError, "not tracked"),
    "no ending": (lambda: draw(Value(1.0)).save("graph"), ValueError, r"must say the format: \.svg, .* or \.gv"),
    "no folder": (lambda: draw(Value(1.0)).save("nowhere/graph.svg"), FileNotFoundError, "no folder 'nowhere'"),
    "another ending": (lambda: draw(Value(1.0)).save("graph.jpg"), ValueError, r"not written as \.jpg: \.svg"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_errors_teach(name: str) -> None:
    call, error, words = MISTAKES[name]
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("depth", [None, 5])
def test_a_graph_above_the_limit_is_refused(depth: int | None) -> None:
    y = Value(1.0)
    for _ in range(100):
        y = y + 1
    with pytest.raises(ValueError, match=r"limit=50.*depth=1.*one sample"):
        draw(y, limit=50, depth=depth)
    assert len(draw(y, limit=300).diagram.boxes) == 201


ENDINGS = {".svg": b"<svg", ".SVG": b"<svg", ".png": b"\x89PNG", ".Pdf": b"%PDF", ".dot": b"digraph", ".GV": b"digraph"}


@pytest.mark.parametrize("ending", ENDINGS)
def test_files_are_of_the_kind_that_their_ending_says(ending: str, tmp_path: Path) -> None:
    path = render(example(), tmp_path / f"graph{ending}", theme="paper", direction="TB")
    assert path.read_bytes().startswith(ENDINGS[ending]) and list(tmp_path.iterdir()) == [path]


def test_files_are_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture, path = draw(example()), tmp_path / "graph.svg"
    path.write_text("before")
    monkeypatch.setattr(Path, "replace", lambda self, target: (_ for _ in ()).throw(OSError("no room")))
    with pytest.raises(OSError, match="no room"):
        picture.save(path)
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]


def test_a_picture_says_what_it_is_and_shows_itself() -> None:
    picture = draw(example())
    assert repr(picture) == '<Picture: 8 boxes, 7 arrows; .save("graph.svg") writes it to a file>'
    assert "1 box, 0 arrows" in repr(draw(Value(1.0))) and "3 boxes, 2 arrows" in repr(draw(-Value(1.0)))
    shown = picture._repr_mimebundle_()
    assert shown["text/plain"] == repr(picture)
    svg = ElementTree.fromstring(shown["image/svg+xml"])
    assert svg.get("role") == "img" and "8 boxes" in (svg.get("aria-label") or "")
    assert picture.svg == draw(example()).svg and picture.source == draw(example()).source


def test_the_package_graphviz_is_handed_the_same_source(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("graphviz")
    picture = draw(example())
    assert picture.digraph().source.strip() == picture.source.strip()
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match=r"chalkgrad\[draw\]"):
        picture.digraph()


def test_long_chains_fold_unless_one_row_is_asked_for(tmp_path: Path) -> None:
    y = Value(1.0)
    for _ in range(20):
        y = (y * 2).tanh()

    def widths(**options: Any) -> set[int]:
        picture = draw(y, **options)
        shown = [
            picture.svg,
            picture._repr_mimebundle_()["image/svg+xml"],
            picture.save(tmp_path / "y.svg").read_text(),
        ]
        return {round(float(ElementTree.fromstring(svg).get("width") or 0)) for svg in shown}

    for options, least, most in [
        ({}, 900, 1200), ({"wrap": True}, 900, 1200), ({"wrap": 700}, 500, 800), ({"direction": "RL"}, 900, 1200),
        ({"wrap": False}, 3000, 9000), ({"direction": "TB"}, 50, 400), ({"engine": "builtin"}, 900, 1200),
    ]:  # fmt: skip
        (width,) = widths(**options)
        assert least < width < most, options


def test_a_little_too_wide_is_not_folded() -> None:
    y = Value(1.0)
    while (placed := draw(y).placed).width < 1300:
        y = (y * 2).tanh()
    assert placed.width < 1600 and placed.height < 200


def test_a_picture_is_of_the_moment_it_was_drawn() -> None:
    w = Tensor([1.0, 2.0], requires_grad=True)
    picture = draw((w * 2).sum())
    before = picture.svg
    w.data = np.array([7.0, 8.0])
    (w * 3).sum().backward()
    assert draw((w * 2).sum()).svg != before == Picture(picture.graph, picture.diagram).svg


def test_a_picture_says_where_and_not_on_which_machine() -> None:
    w = Tensor([1.0, 2.0], requires_grad=True)
    here = Path(__file__)
    for svg in (draw(lambda w: w * 2, w).svg, draw(nn.Sequential(nn.Linear(2, 3), nn.ReLU()), w, depth=2).svg):
        assert f"recorded at {here.parent.name}/{here.name}:" in svg and str(here.parent) not in svg


def test_svg_needs_nothing_and_pixels_name_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("graphviz", "matplotlib", "matplotlib.figure", "PIL"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr("autograd.draw.layout.engines.program", lambda name: None)
    assert draw(example()).save(tmp_path / "graph.svg").stat().st_size > 1000
    with pytest.raises(ImportError, match=r"chalkgrad\[draw\]"):
        draw(example()).save(tmp_path / "graph.png")
    assert [path.name for path in tmp_path.iterdir()] == ["graph.svg"]
