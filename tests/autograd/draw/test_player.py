"""The player: its steps against the engine's numbers, its JavaScript against the engine's operations, its files."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value
from autograd.draw import play
from autograd.draw.diagram import Diagram, Span, text_width
from autograd.draw.faces.numbers import number
from autograd.draw.output.marks import Rect, Words
from autograd.draw.player import Player
from autograd.draw.player.frames import at_step
from autograd.draw.player.story import Step, Story, filled
from autograd.testing import strategies
from autograd.value.graph import MAPS, Map

from ..test_value import CONSTANTS, NEAR, TWO
from .javascript import NODE, Script

STYLES = ["lecture", "board"]


def network(**labels: str) -> tuple[Value, list[Value]]:
    """The lecture's 2-2-1 network, and its leaves."""
    x1, x2, y = (Value(v, label=name) for name, v in [("x1", 1.0), ("x2", 2.0), ("y", 0.5)])
    w1, w2, w3, w4, w5, w6 = (Value(v, label=f"w{k}") for k, v in enumerate([0.3, -0.2, 0.5, 0.1, 0.7, -0.6], 1))
    b1, b2, b3 = (Value(v, label=f"b{k}") for k, v in enumerate([0.25, -0.3, 0.2], 1))
    h1 = x1 * w1 + x2 * w2 + b1
    h2 = x1 * w3 + x2 * w4 + b2
    u1, u2 = h1.tanh(), h2.tanh()
    f = u1 * w5 + u2 * w6 + b3
    E = (f - y) ** 2 / 2
    for name, v in {"h1": h1, "h2": h2, "u1": u1, "u2": u2, "f": f, "E": E}.items():
        v.label = labels.get(name, name)
    return E, [x1, x2, y, w1, w2, w3, w4, w5, w6, b1, b2, b3]


def line(story: Story, step: Step) -> str:
    return " ".join("".join(filled(story, piece) for piece in part) for part in step.line)


# ---------------------------------------------------------------- steps


def test_the_lecture_is_told_in_its_own_words() -> None:
    E, _ = network()
    story = play(E).story
    told = [(step.phase, line(story, step)) for step in story.steps]
    assert [text for _, text in told if re.match(r"h1 =|u1 =|δ|∂E/∂(w1|b3|x1) ", text)] == [
        "h1 = x1 w1 + x2 w2 + b1 = 1 · 0.3 + 2 · (-0.2) + 0.25 = 0.15",
        "u1 = tanh h1 = tanh 0.15 = 0.1489",
        "δ1 = ∂E/∂f = f - y = 0.07625 - 0.5 = -0.4237",
        "δ2 = ∂E/∂u1 = δ1 · w5 = -0.4237 · 0.7 = -0.2966",
        "δ3 = ∂E/∂u2 = δ1 · w6 = -0.4237 · (-0.6) = 0.2542",
        "∂E/∂b3 = δ1 · 1 = -0.4237 · 1 = -0.4237",
        "δ4 = ∂E/∂h1 = δ2 · (1 - tanh² h1) = -0.2966 · 0.9778 = -0.29",
        "δ5 = ∂E/∂h2 = δ3 · (1 - tanh² h2) = 0.2542 · 0.8556 = 0.2175",
        "∂E/∂x1 = δ4 · w1 + … = -0.29 · 0.3 + … = -0.08701 + …",
        "∂E/∂w1 = δ4 · x1 = -0.29 · 1 = -0.29",
        "∂E/∂x1 = -0.08701 + δ5 · w3 = -0.08701 + 0.2175 · 0.5 = -0.08701 + 0.1088 = 0.02176",
    ]
    assert [phase for phase, _ in told] == [
        "start", *[f"forward {k} of 6" for k in range(1, 7)], *[f"backward {k} of 20" for k in range(1, 21)],
    ]  # fmt: skip


def test_only_the_gradients_that_are_asked_for_are_told() -> None:
    E, leaves = network()
    told = {edge.source for edge in play(E, inputs=leaves[:3]).story.edges}
    every = {edge.source for edge in play(E).story.edges}
    assert len(every - told) == 3


@pytest.mark.parametrize("style", STYLES)
@given(f=strategies.expressions(2, smooth=False), x=strategies.numbers(), y=strategies.numbers())
def test_contributions_add_up_to_the_gradients_of_the_engine(style: Any, f: Any, x: float, y: float) -> None:
    a, b = Value(x, label="a"), Value(y, label="b")
    result = f(a, b) * 1.0
    player = play(result, style=style)
    assert a.grad == b.grad == 0.0, "the player leaves gradients alone"
    story = player.story
    result.backward()
    sums: dict[int, float] = defaultdict(float)
    receivers = {edge.source for edge in story.edges}
    done = {k for k, g in enumerate(story.gradients) if k in story.roots or (k not in receivers and g == 0.0)}
    for edge in story.edges:
        assert edge.target in done or not isinstance(edge.part, float), "a gradient is complete before it is passed on"
        assert isinstance(edge.part, float) and isinstance(edge.slope, float)
        gradient = story.gradients[edge.target]
        assert edge.part == pytest.approx(gradient * edge.slope, rel=1e-12)  # type: ignore[operator]
        sums[edge.source] += edge.part
        assert edge.sum == pytest.approx(sums[edge.source], rel=1e-12, abs=1e-300)
        done |= {k for k, total in sums.items() if total == pytest.approx(story.gradients[k], rel=1e-9, abs=1e-15)}
    for leaf, v in (("a", a), ("b", b)):
        if leaf in story.names:
            assert sums[story.names.index(leaf)] == pytest.approx(v.grad, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("style", STYLES)
def test_zero_times_infinity_is_0_only_where_a_branch_was_not_taken(style: Any) -> None:
    def parts(y: Value) -> dict[str, Any]:
        story = play(y, style=style).story
        return {story.names[edge.source]: edge.part for edge in story.edges}

    a, b, c = (Value(x, label=name) for name, x in (("a", 0.0), ("b", -1.0), ("c", -2.0)))
    taken = parts(a.maximum(b * c**-1.0 - 9.0).cbrt())
    assert taken["a"] == "inf" and taken["b"] == taken["c"] == 0.0
    assert parts(b.relu().cbrt())["b"] == "nan"


def spans(diagram: Diagram) -> list[Span]:
    parts = [line for part in (*diagram.boxes, *diagram.arrows) for line in part.lines]
    return [span for line in parts for span in (*line.left, *line.right)]


@pytest.mark.parametrize("style", STYLES)
def test_what_is_not_computed_yet_is_blank(style: Any) -> None:
    player = play(network()[0], style=style)
    story = player.story
    begins = next(k for k, step in enumerate(story.steps) if step.phase.startswith("backward"))
    numbers = [span for span in spans(player.diagram) if span.shows]
    assert len(numbers) > 2 * len(story.names) - 20
    for k in range(len(story.steps)):
        shown = spans(at_step(story, player.placed, k).diagram)
        for span, now in zip(spans(player.diagram), shown, strict=True):
            if span.shows is None:
                assert now.text == span.text and not re.search(r"\d\.\d", span.text)
                continue
            if not span.text.strip():
                continue
            what = " ".join(map(str, span.shows)).removeprefix("beside ")
            first = story.appear[what][0][0]
            assert bool(now.text.strip()) == (k >= first)
            assert what.startswith("value") == (first < begins)
            assert now.text == span.text or k < story.appear[what][-1][0]


@pytest.mark.parametrize("style", STYLES)
def test_texts_of_a_frame_stand_on_their_grounds(style: Any) -> None:
    """Also where they have room for more."""
    for page in play(network()[0], style=style).frames:
        for item in page.items:
            ground = next((mark for mark in item.marks if isinstance(mark, Rect)), None)
            for words in item.marks if item.kind.startswith(("label", "box")) and ground else ():
                if isinstance(words, Words) and words.text.strip():
                    wide = text_width(words.text, words.size)
                    assert ground.x < words.x and words.x + wide < ground.x + ground.width, words.text
                    assert words.anchor != "end" or ground.x + ground.width - words.x - wide == pytest.approx(8.0)


def test_tensors_are_told_too() -> None:
    rng = np.random.default_rng(0)
    x = Tensor(rng.normal(size=(4, 3)), label="x")
    W = Tensor(rng.normal(size=(3, 2)), requires_grad=True, label="W")
    h = np.tanh(x @ W)
    h.label = "h"
    y = np.exp(h).sum() + np.sin(h).sum()
    y.label = "y"
    story = play(y).story
    assert story.program is None and "Tensors" in story.reason
    arrived = [edge for edge in story.edges if story.names[edge.source] == "h"]
    assert len(arrived) == 2 and arrived[-1].sum == story.gradients[story.names.index("h")]
    told = [line(story, step) for step in story.steps if "contribution" in step.about]
    assert re.fullmatch(r"∂y/∂h = δ\d ⊙ exp h \+ … = \(4×2, ‖·‖ [\d.]+\) \+ …", told[0])
    assert re.fullmatch(r"δ\d = ∂y/∂h = \(4×2, .*\) \+ δ\d ⊙ cos h = \(4×2, .*\) \+ \(4×2, .*\) = \(4×2, .*\)", told[1])
    assert any("tanh" in line(story, step) for step in story.steps)
    assert "(4×2, ‖·‖" in " ".join(line(story, step) for step in story.steps)


@pytest.mark.parametrize("style", STYLES)
def test_a_result_from_which_another_is_computed(style: Any) -> None:
    x = Value(0.5, label="x")
    h = x * 3.0
    h.label = "h"
    y = h * h
    y.label = "y"
    story = play([h, y], style=style).story
    told = [line(story, step) for step in story.steps if step.phase.startswith("backward")]
    assert "∂Σ/∂h = 1 + ∂Σ/∂y · 2 h = 1 + 1 · 3 = 1 + 3 = 4" in " | ".join(told)
    assert story.appear[f"gradient {story.names.index('h')}"][0][1:] == ("1", " + …")
    assert "= 4 · 3 = 12" in told[-1]


def test_a_function_is_run_and_several_results_are_summed() -> None:
    story = play(lambda a, b: (a * b, a + b), 2.0, 3.0).story
    assert sorted(map(str, (story.values[leaf.key] for leaf in story.leaves))) == ["2.0", "3.0"]
    begins = [step.about for step in story.steps if "begins" in step.about]
    assert len(begins) == 2 and all("Σ is the sum of all elements of the results" in about for about in begins)
    gradients = {leaf.name: story.gradients[leaf.key] for leaf in story.leaves}
    assert gradients == {"a": 4.0, "b": 3.0}


# ---------------------------------------------------------------- the page's JavaScript


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    if NODE is None:
        pytest.skip("Node is not installed, so the page's JavaScript cannot run here: apt-get install nodejs")
    made = Script()
    yield made
    made.close()


def same(a: Any, b: float) -> bool:
    return a == b or (a != a and b != b) or a == pytest.approx(b, rel=1e-12, abs=1e-13)


def test_the_page_knows_every_operation_of_values(script: Script) -> None:
    assert set(script.ask("names")) == {*NEAR, *TWO, "sum", "dot", "norm"}


def agrees(script: Script, op: Map, v: Value) -> None:
    operands = [getattr(x, "number", x) for x in op.operands(v)]
    y, *slopes = script.ask("operation", op.name, operands)
    places = {"one": [0], "both": [0, 1], "left": [0], "right": [1]}[op.form]
    for found, expected in zip([y, *[slopes[k] for k in places]], [v.number, *v.slopes], strict=True):
        assert same(found, expected), (op, operands, found, expected)


@pytest.mark.parametrize("name", sorted(NEAR))
@given(u=st.floats(0, 1))
def test_operations_of_one_number(script: Script, name: str, u: float) -> None:
    low, high = NEAR[name]
    v = getattr(Value(low + u * (high - low)), name)(*CONSTANTS.get(name, ()))
    agrees(script, v.op, v)


@pytest.mark.parametrize("name", sorted(TWO))
@given(a=strategies.numbers(-5, 5), b=strategies.numbers(-5, 5), equal=st.booleans())
def test_operations_of_two_numbers(script: Script, name: str, a: float, b: float, equal: bool) -> None:
    try:
        v = MAPS[f"{name} both"].call(Value(a), Value(a if equal else b))
    except (ValueError, ArithmeticError):
        return
    agrees(script, v.op, v)


SPECIAL = [0.0, -0.0, 1.0, -1.0, 2.0, -2.5, 7.0, 800.0, -1e-300, 1e300, math.inf, -math.inf]


@pytest.mark.parametrize("name", [*sorted(NEAR), *TWO])
def test_operations_at_special_points(script: Script, name: str) -> None:
    call = (lambda x: getattr(x, name)(*CONSTANTS.get(name, ()))) if name in NEAR else MAPS[f"{name} both"].call
    for operands in itertools.product(SPECIAL, repeat=1 if name in NEAR else 2):
        try:
            v = call(*map(Value, operands))
        except (ValueError, ArithmeticError):
            continue
        agrees(script, v.op, v)


@given(f=strategies.expressions(2, smooth=False), x=strategies.numbers(), y=strategies.numbers())
def test_the_page_computes_what_the_engine_computes(script: Script, f: Any, x: float, y: float) -> None:
    a, b = Value(0.3, label="a"), Value(0.7, label="b")
    story = play(f(a, b) * 1.0).story
    moved = {"a": x, "b": y}
    leaves = [moved.get(name, value) for name, value in zip(story.names, story.values, strict=True)]
    found = script.ask("passes", story.program, leaves, story.roots)
    a, b = Value(x, label="a"), Value(y, label="b")
    expected = play(f(a, b) * 1.0).story
    assert all(map(same, found["values"], expected.values))  # type: ignore[arg-type]
    assert all(same(g or 0.0, h or 0.0) for g, h in zip(found["gradients"], expected.gradients, strict=True))  # type: ignore[arg-type]


@given(xs=st.lists(st.floats() | st.integers(-99999, 99999).map(lambda k: k / 16)))
def test_numbers_are_written_as_in_the_picture(script: Script, xs: list[float]) -> None:
    finite = [x for x in xs if math.isfinite(x)]
    assert script.ask("written", finite) == [number(x) for x in finite]


# ---------------------------------------------------------------- the page


class Elements(HTMLParser):
    """The elements of a page, with their attributes and texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, Any]]] = []
        self.texts: dict[str, list[str]] = defaultdict(list)
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, text: str) -> None:
        self.texts[self.found[-1][0] if self.found else ""].append(text)


def test_the_page_forbids_every_request_and_runs_one_script() -> None:
    html = play(network()[0]).html
    page = Elements(html)
    policy = next(a["content"] for tag, a in page.found if a.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for kind, tag in (("script", "script"), ("style", "style")):
        whole = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert len(whole) == 1
        digest = base64.b64encode(hashlib.sha256(whole[0].encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{digest}'"
    for _, attributes in page.found:
        assert "style" not in attributes and not any(name.startswith("on") for name in attributes)
        assert set(attributes) & {"src", "href"} <= ({"href"} if attributes.get("href") == "data:," else set())


@pytest.mark.parametrize("style", STYLES)
def test_the_picture_is_described_without_numbers_that_come_later(style: Any) -> None:
    page = Elements(play(network()[0], style=style).html)
    told = next(attributes["aria-label"] for _, attributes in page.found if attributes.get("class") == "chalkgrad")
    assert all(name in told for name in ("x1", "w6", "E")) and "=" not in told.replace("E = (f - y)² / 2", "")


NASTY = [
    "</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<b>x</b> & y", "]]>", "${x}", "$title",
    "\u2028", "C:\\New", "<!--", "\\u003c/script>",
]  # fmt: skip


@given(name=st.sampled_from(NASTY) | st.text(min_size=1), style=st.sampled_from(STYLES))
def test_no_name_becomes_markup(name: str, style: Any) -> None:
    def page_of(label: str) -> str:
        a, b = Value(0.5, label=label), Value(2.0, label="b")
        y = a * b + a.tanh()
        y.label = label + "'"
        return play(y, style=style).html

    plain, nasty = Elements(page_of("a")), Elements(page_of(name))
    assert [tag for tag, _ in nasty.found] == [tag for tag, _ in plain.found] or style == "lecture"
    assert [tag for tag, _ in nasty.found if tag != "text"] == [tag for tag, _ in plain.found if tag != "text"]
    assert not any(a.startswith("on") for _, attributes in nasty.found for a in attributes)
    json.loads(re.findall(r'<script type="application/json" id="data">(.*?)</script>', page_of(name), re.DOTALL)[0])


def test_a_notebook_shows_the_page_in_a_frame_of_its_own() -> None:
    player = play(network()[0])
    ((tag, attributes),) = Elements(player._repr_html_()).found
    assert tag == "iframe" and attributes["sandbox"] == "allow-scripts" and attributes["srcdoc"] == player.html


# ---------------------------------------------------------------- files


@pytest.fixture(scope="module")
def small() -> Player:
    a, b = Value(0.5, label="a"), Value(2.0, label="b")
    y = (a * b).tanh()
    y.label = "y"
    return play(y)


def test_files(small: Player, tmp_path: Path) -> None:
    images = pytest.importorskip("PIL.Image")
    steps = len(small.story.steps)
    assert small.save(tmp_path / "steps.html").read_text(encoding="utf-8") == small.html
    with images.open(small.save(tmp_path / "steps.gif")) as gif:
        assert gif.n_frames == steps and gif.info["loop"] == 0
    pdf = small.save(tmp_path / "steps.PDF").read_bytes()
    assert pdf.startswith(b"%PDF") and len(re.findall(rb"/Type /Page\b", pdf)) == steps
    first = small.save(tmp_path / "steps.png")
    frames = sorted(tmp_path.glob("*.png"))
    assert first == frames[0] == tmp_path / "steps-000.png" and len(frames) == steps
    sizes = {images.open(frame).size for frame in frames}
    assert len(sizes) == 1, "all frames of one size"
    assert len(list(tmp_path.iterdir())) == 3 + steps, "nothing else is left"


def test_frames_are_written_all_or_none(small: Player, tmp_path: Path) -> None:
    (tmp_path / "steps-001.png").mkdir()
    with pytest.raises(OSError):
        small.save(tmp_path / "steps.png")
    assert [path.name for path in tmp_path.iterdir()] == ["steps-001.png"]


def test_play_saves_where_it_is_told(tmp_path: Path) -> None:
    a = Value(0.5, label="a")
    for path in (str(tmp_path / "one.html"), tmp_path / "two.html"):
        play(a.tanh(), path)
    play(np.tanh, 0.5, str(tmp_path / "three.html"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.html", "three.html", "two.html"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda y: play(y, style="chalk"), "style is 'lecture' or 'board', not 'chalk'"),
        (lambda y: play(y, direction="up"), "direction is 'LR', 'TB', 'RL' or 'BT', not 'up'"),
        (lambda y: play(y, theme="dark"), "theme is 'board' or 'paper', not 'dark'"),
        (lambda y: play(y, wrap=-5), "wrap is a width in pixels, True or None, not -5"),
        (lambda y: play(y, unfold="all"), "unfold is True, False or None, not 'all'"),
        (lambda y: play(y, limit=0), "limit is a whole number from 1, not 0"),
        (lambda y: play(y, limit=1), "this graph has 2 quantities, too many to step through (limit=1)"),
        (lambda y: play(), "pass a Value, a tensor, or a function and its inputs"),
        (lambda y: play(y, "steps.txt"), "steps are not written as .txt"),
        (lambda y: play("steps.html"), "pass Values or tensors, or a function and its inputs, not str"),
        (lambda y: play(y).save("steps.mp4"), "steps are not written as .mp4: .html, .gif, .pdf or .png"),
        (lambda y: play(y).save("steps"), "the ending of 'steps' must say the format"),
    ],
)  # fmt: skip
def test_refusals(call: Any, words: str) -> None:
    with pytest.raises((ValueError, TypeError), match=re.escape(words)):
        call(Value(0.5).tanh())


def test_frames_fit_a_slide_or_are_refused() -> None:
    def chain(n: int) -> Player:
        y = Value(0.5)
        for _ in range(n):
            y = y.tanh()
        return play(y)

    assert all(sheet.width < 2000 for sheet in chain(30).frames)
    with pytest.raises(ValueError, match=r"are too many or too large. Save an .html"):
        chain(300).save("steps.gif")


def test_a_number_that_is_not_finite_is_told() -> None:
    x = Value(math.inf, label="x")
    story = play(x * 2.0).story
    assert "inf" in line(story, story.steps[1])
