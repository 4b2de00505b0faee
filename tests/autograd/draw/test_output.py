"""Outputs: whatever a name holds, pictures are well-formed, show it as it is, and nothing in it is read as markup."""

from __future__ import annotations

import io
import json
import subprocess
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.draw.diagram import Arrow, Box, Diagram, Group, Line, Span
from autograd.draw.layout import place
from autograd.draw.layout.programs import PROGRAMS, program
from autograd.draw.output import THEMES, Words, dot, figure, image, pdf, png, sheet, shown, svg

from .diagrams import NAUGHTY, all_boxes, diagrams, elements, names, texts_of

COMMANDS = [command for command in map(program, PROGRAMS) if command is not None]


def spans(lines: list[Line]) -> list[str]:
    return [shown(span.text) for line in lines for span in (*line.left, *line.right)]


@given(diagrams(), st.sampled_from(sorted(THEMES)))
def test_svg_shows_every_box_arrow_and_frame_once(diagram: Diagram, theme: str) -> None:
    made = svg(place(diagram, engine="builtin"), theme)  # type: ignore[arg-type]
    boxes, arrows, labels = (elements(made, kind) for kind in ("box", "arrow", "label"))
    assert [b.get("data-key") for b in boxes] == [box.key for box in diagram.boxes]
    assert [b.get("data-quantity") for b in boxes] == [str(box.quantity) for box in diagram.boxes]
    assert [b.get("class") for b in boxes] == [f"box {box.kind}" for box in diagram.boxes]
    for element, box in zip(boxes, diagram.boxes, strict=True):
        assert texts_of(element) == spans(box.lines)
        titles = [t.text or "" for t in element if t.tag.endswith("}title")]
        assert titles == ([shown(box.tip, keep="\n")] if box.tip else [])
    ends = [(arrow.source, arrow.target) for arrow in diagram.arrows]
    assert [(a.get("data-source"), a.get("data-target")) for a in arrows] == ends
    assert [texts_of(label) for label in labels] == [spans(a.lines) for a in diagram.arrows if a.lines]
    frames = {group.get("data-key"): group for group in elements(made, "group")}
    captions = {caption.get("data-key"): texts_of(caption) for caption in elements(made, "caption")}
    stack = list(diagram.groups)
    while stack:
        group = stack.pop()
        stack += group.groups
        assert (group.key in frames) == bool(all_boxes(group))
        if group.key in frames:
            assert captions.get(group.key, []) == ([shown(group.title)] if group.title else [])
    assert [text for e in elements(made, "legend") for text in texts_of(e)] == [shown(w) for _, w in diagram.legend]
    tags = {element.tag.partition("}")[2] for element in ElementTree.fromstring(made).iter()}
    assert tags <= {"svg", "g", "rect", "path", "text", "title"}
    known = {"class", "x", "y", "width", "height", "rx", "fill", "stroke", "stroke-width", "stroke-dasharray", "d",
             "font-size", "font-weight", "text-anchor", "font-family", "textLength", "lengthAdjust", "viewBox",
             "role", "aria-label", "style", "shape-rendering",
             "{http://www.w3.org/XML/1998/namespace}space"}  # fmt: skip
    for element in ElementTree.fromstring(made).iter():
        assert {name for name in element.attrib if not name.startswith("data-")} <= known


@given(diagrams())
def test_texts_stay_within_their_boxes_and_nothing_is_cut_off(diagram: Diagram) -> None:
    placed = place(diagram, engine="builtin")
    page = sheet(placed)
    for item in page.items:
        border = item.marks[0]
        for mark in item.marks:
            if isinstance(mark, Words):
                assert mark.x >= -0.01 and mark.x + mark.width <= page.width + 0.01 and mark.y <= page.height
                if item.kind.startswith("box") and not isinstance(border, Words) and hasattr(border, "look"):
                    assert border.x <= mark.x and mark.x + mark.width <= border.x + border.width + 0.01
                    assert border.y < mark.y < border.y + border.height


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
@settings(max_examples=25)
@given(diagram=diagrams(most=6))
def test_dot_is_read_as_it_was_meant(command: object, diagram: Diagram) -> None:
    source = dot(diagram)
    done = subprocess.run([str(command), "-Tsvg"], input=source.encode(), capture_output=True, check=True, timeout=60)
    made = ElementTree.fromstring(done.stdout)
    classes = [g.get("class") for g in made.iter() if g.tag.endswith("}g")]
    assert classes.count("node") == len(diagram.boxes) and classes.count("edge") == len(diagram.arrows)
    assert not any(element.tag.endswith(("script", "img", "image", "foreignObject")) for element in made.iter())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
@pytest.mark.parametrize("name", NAUGHTY)
def test_labels_come_out_of_dot_as_they_are(command: object, name: str) -> None:
    diagram = Diagram([Box("a", "inner", [Line([Span(name, "name", bold=True)], [Span("1")])], tip=name),
                       Box("b", "operation", [Line([Span(name)], centred=True)])],
                      [Arrow("a", "b", [Line([Span(name)])], tip=name)], [Group("g", name, ["a"])],
                      title=name)  # fmt: skip
    done = subprocess.run(
        [str(command), "-Tsvg"], input=dot(diagram).encode(), capture_output=True, check=True, timeout=60
    )
    made = ElementTree.fromstring(done.stdout)
    found = ["".join(t.itertext()).replace("\xa0", " ") for t in made.iter() if t.tag.endswith("}text")]
    if name.strip():
        assert found.count(shown(name)) == 5, found
        links = [value for e in made.iter() for key, value in e.attrib.items() if key.endswith("}title")]
        assert links and all(link.replace("\xa0", " ") == shown(name, keep="\n") for link in links), links


def test_pixels_and_pages() -> None:
    """Names that hold markup of matplotlib or signs without a picture in its font do no harm."""
    boxes = [Box(f"k{k}", "inner", [Line([Span(name)])], [["#ff0000", "#0000ff"]]) for k, name in enumerate(NAUGHTY)]
    kinds = [Box("c", "constant", []), Box("o", "operation", [Line([Span("tanh")], centred=True)])]
    page = sheet(
        place(Diagram([*boxes, *kinds], [Arrow("c", "o", [Line([Span("0.5")])])], title="$x$"), engine="builtin")
    )
    pixels = image(page, scale=1.0)
    assert abs(pixels.shape[0] - page.height) <= 1 and abs(pixels.shape[1] - page.width) <= 1 and pixels.shape[2] == 4
    assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 50
    data = png(page)
    assert data.startswith(b"\x89PNG") and data == png(page)
    width = int.from_bytes(data[16:20], "big")
    assert abs(width - 2 * page.width) <= 2
    made = pdf(page)
    assert made.startswith(b"%PDF") and made == pdf(page)
    drawn = [text.get_text() for text in figure(page).axes[0].texts]
    assert [t for t in drawn if t] == [m.text for i in page.items for m in i.marks if isinstance(m, Words) and m.text]


@given(names)
def test_shown_keeps_the_number_of_signs_and_what_xml_may_hold(text: str) -> None:
    made = shown(text)
    assert len(made) == len(text) and shown(made) == made
    ElementTree.fromstring(f"<t>{escape(made)}</t>")
    assert all(a == b for a, b in zip(text, made, strict=True) if a.isprintable())


def test_texts_say_which_number_they_show() -> None:
    box = Box("a", "inner", [Line([Span("1", shows=("value", 3)), Span("2", shows=("slope", 3, 0)), Span("x")])])
    made = ElementTree.fromstring(svg(place(Diagram([box]), engine="builtin")))
    assert [t.get("data-shows") for t in made.iter() if t.tag.endswith("}text")] == ["value 3", "slope 3 0", None]


def test_themes_say_how_everything_looks() -> None:
    board, paper = THEMES["board"], THEMES["paper"]
    for part in ("texts", "boxes", "arrows"):
        assert set(getattr(board, part)) == set(getattr(paper, part))


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_texts_are_legible(theme: str) -> None:
    """Contrast of at least 4.5 (WCAG 2.1) between each text and each ground it may stand on."""

    def light(color: str) -> float:
        channels = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    colors = THEMES[theme]
    for ground in [colors.ground, *colors.frames, *(fill.fill for fill in colors.boxes.values())]:
        for role, color in colors.texts.items():
            low, high = sorted([light(ground), light(color)])
            assert (high + 0.05) / (low + 0.05) >= 4.5, (ground, role)


def test_sheets_are_the_same_each_time() -> None:
    diagram = Diagram([Box("a", "inner", [Line([Span("x")])]), Box("b", "result")], [Arrow("a", "b")])
    made = [svg(place(diagram, engine="builtin")) for _ in range(2)]
    assert made[0] == made[1] and json.dumps(made) and io.StringIO(made[0]).read()
