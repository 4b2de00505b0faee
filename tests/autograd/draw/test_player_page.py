"""The player's page in a browser: headless Chromium, driven by Selenium; nothing is downloaded for it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Value
from autograd.draw import play
from autograd.draw.faces.numbers import number
from autograd.draw.player import Player
from autograd.draw.player.frames import at_step
from autograd.draw.player.story import filled
from nn.scalar import MLP, Neuron

from .test_player import network, spans

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
AXE = Path(__file__).parents[3] / ".npm" / "node_modules" / "axe-core" / "axe.min.js"
OPTIONS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
LEFT, RIGHT, HOME, END = "\ue012", "\ue014", "\ue011", "\ue010"


class Page:
    """The player's page, as a reader sees it."""

    def __init__(self, driver: Any, path: Path) -> None:
        self.driver = driver
        self.path = path

    def run(self, script: str, *args: Any) -> Any:
        return self.driver.execute_script(script, *args)

    def open(self, player: Player | str, width: int = 1280, dark: bool = False) -> None:
        """Show a page in a window of this width, without motion."""
        self.path.write_text(player if isinstance(player, str) else player.html, encoding="utf-8")
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        self.driver.get(self.path.as_uri())

    def element(self, name: str) -> Any:
        return self.driver.find_element("id", name)

    def press(self, key: str) -> None:
        self.driver.find_element("css selector", "body").send_keys(key)

    def slide(self, to: int) -> None:
        """Drag the slider to a place."""
        self.run("const s = document.getElementById('slider'); s.value = arguments[0]; "
                 "s.dispatchEvent(new Event('input', {bubbles: true}))", to)  # fmt: skip

    def type(self, name: str, value: float) -> None:
        """Write another number into a field."""
        label = next(x for x in self.driver.find_elements("css selector", "label") if x.text.strip() == name)
        field = label.find_element("css selector", "input")
        field.clear()
        field.send_keys(repr(value))

    @property
    def at(self) -> int:
        return int(self.element("count").text.split("/")[0])

    @property
    def line(self) -> str:
        return " ".join(self.element("line").text.split())

    @property
    def shown(self) -> list[str]:
        """The texts of the picture that are not blank."""
        return self.run(
            "return [...document.querySelectorAll('#pane [data-shows]')]"
            ".filter(t => getComputedStyle(t).visibility === 'visible').map(t => t.textContent.trim())"
        )

    def problems(self) -> list[str]:
        """What the console says, and every request but for the page itself."""
        said = [entry["message"] for entry in self.driver.get_log("browser")]
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            url = message["params"].get("request", {}).get("url", "")
            own = url.startswith(("data:", "chrome", self.path.as_uri()))  # chrome: the browser's own first page
            if message["method"] == "Network.requestWillBeSent" and not own:
                said.append(f"request: {url}")
        return said


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    if not (CHROMIUM and DRIVER):
        pytest.skip("Chromium is not installed: apt-get install chromium chromium-driver")
    webdriver = pytest.importorskip("selenium.webdriver", reason="Selenium is not installed: pip install selenium")
    services = pytest.importorskip("selenium.webdriver.chrome.service")
    folder = tmp_path_factory.mktemp("page")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for option in (*OPTIONS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=services.Service(executable_path=DRIVER))
    try:
        yield Page(driver, folder / "steps.html")
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def player() -> Player:
    return play(network()[0])


def told(player: Player, k: int) -> str:
    """The line of a step, as the browser shows it."""
    parts = ["".join(filled(player.story, piece) for piece in part) for part in player.story.steps[k].line]
    return " ".join(" ".join(parts).split())


def test_buttons_keys_and_slider_step_through(page: Page, player: Player) -> None:
    page.open(player)
    last = len(player.story.steps) - 1
    ways: dict[str, tuple[Callable[[], Any], Callable[[int], int]]] = {
        "forward": (page.element("forward").click, lambda k: min(k + 1, last)),
        "back": (page.element("back").click, lambda k: max(k - 1, 0)),
        "right": (lambda: page.press(RIGHT), lambda k: min(k + 1, last)),
        "left": (lambda: page.press(LEFT), lambda k: max(k - 1, 0)),
        "end": (lambda: page.press(END), lambda k: last),
        "home": (lambda: page.press(HOME), lambda k: 0),
        "last": (page.element("last").click, lambda k: last),
        "first": (page.element("first").click, lambda k: 0),
        "slide": (lambda: page.slide(last - 2), lambda k: last - 2),
    }
    at = 0
    route = [
        *["forward"] * 4,
        "back",
        "left",
        *["right"] * 9,
        "end",
        "right",
        "back",
        "home",
        "left",
        "last",
        "forward",
    ]
    route += ["first", "back", "slide", "left"]
    for way in route:
        press, goes = ways[way]
        press()
        at = goes(at)
        assert page.at == at, way
        assert page.line == told(player, at)
        assert page.element("slider").get_attribute("value") == str(at)
        assert page.element("about").text == player.story.steps[at].about
    assert page.problems() == []


def test_the_picture_shows_what_is_computed_and_no_more(page: Page, player: Player) -> None:
    page.open(player)
    story = player.story
    for k in [*range(len(story.steps)), *reversed(range(len(story.steps)))]:
        page.slide(k)
        expected = [span.text.strip() for span in spans(at_step(story, player.placed, k).diagram) if span.shows]
        assert sorted(filter(None, page.shown)) == sorted(filter(None, expected)), story.steps[k].about
        now = page.run("return [...document.querySelectorAll('#pane .box.now')].map(b => b.dataset.key)")
        assert now == [story.steps[k].box] if story.steps[k].box else now == []
    assert page.problems() == []


@pytest.mark.parametrize("style", ["lecture", "board"])
def test_edited_inputs_are_computed_again(page: Page, style: Any) -> None:
    page.open(play(network()[0], style=style))
    changed = {"x1": -1.5, "w3": 0.25, "y": -2.0}
    for name, value in changed.items():
        page.type(name, value)
    _, leaves = network()
    for v in leaves:
        v.data = changed.get(v.label, v.data)
    fresh, again = {v.label: v for v in leaves}, network_of(leaves)
    player = play(again, style=style)
    for k in range(len(player.story.steps)):
        page.slide(k)
        assert page.line == told(player, k)
    again.backward()
    shown = " ".join(page.shown)
    assert all(number(v.grad) in shown for v in fresh.values())
    found = page.run("return state.numbers.gradients")
    for key, name in enumerate(player.story.names):
        if name in fresh:
            assert found[key] == pytest.approx(fresh[name].grad, rel=1e-12)
    page.driver.find_element("css selector", "button[type=reset]").click()
    page.slide(len(player.story.steps) - 1)
    assert page.line == told(play(network()[0], style=style), len(player.story.steps) - 1)
    page.driver.find_element("css selector", "#fields input").clear()
    assert page.run("return document.querySelectorAll('[aria-invalid=true]').length") == 1
    assert "needs a number" in page.element("reason").text
    assert page.problems() == []


CROSSING = """
const boxes = [...document.querySelectorAll('#pane .box, #pane .label')], found = [];
for (let k = 0; k <= last; k++) {
  go(k, false);
  for (const box of boxes) {
    const border = box.querySelector('rect').getBoundingClientRect();
    const texts = [...box.querySelectorAll('text:not(.blank)')].filter((text) => text.textContent.trim());
    const rooms = texts.map((text) => text.getBoundingClientRect());
    texts.forEach((text, i) => {
      const out = rooms[i].left < border.left - 1 || rooms[i].right > border.right + 1;
      const over = rooms.some((r, j) => j < i && Math.min(r.bottom, rooms[i].bottom) - Math.max(r.top, rooms[i].top) > 5
        && Math.min(r.right, rooms[i].right) - Math.max(r.left, rooms[i].left) > 2);
      if (out || over) found.push(`${k}: ${text.textContent}`);
    });
  }
}
return found;
"""


@pytest.mark.parametrize("style", ["lecture", "board"])
def test_texts_stay_in_their_boxes_at_every_step(page: Page, style: Any) -> None:
    page.open(play(network()[0], style=style))
    assert page.run(CROSSING) == []
    for name, value in {"x1": -0.00012345, "w1": -1.2345e-7, "b1": -12345.678, "x2": -12.345}.items():
        page.type(name, value)
    assert page.run(CROSSING) == []
    assert "-1.235e-07" in " ".join(page.shown)


def test_the_page_says_where_numbers_end(page: Page) -> None:
    x = Value(2.0, label="x")
    page.open(play(x.log() + 1.0))
    page.type("x", -1.0)
    page.slide(1)
    assert "is not a finite number" in page.element("reason").text and "nan" in page.line
    page.type("x", 3.0)
    assert page.element("reason").text == "" and "nan" not in page.line
    page.type("x", -0.0)
    assert page.run("return Object.is(state.numbers.values[0], -0)")
    assert page.problems() == []


def test_inputs_are_fixed_where_the_page_cannot_compute(page: Page) -> None:
    neuron = Neuron(2, seed=0)([0.5, -1.0])
    for player, fields, words in [
        (play(neuron, unfold=False), 3, "cannot compute “tanh neuron” again"),
        (play(np.sum, np.ones(3)), 0, "Tensors cannot be edited here"),
    ]:
        page.open(player)
        page.run("document.getElementById('inputs').open = true")
        assert words in page.element("reason").text
        inputs = page.driver.find_elements("css selector", "#fields input")
        assert [field.is_enabled() for field in inputs] == [False] * fields
        page.press(END)
        assert page.line == told(player, len(player.story.steps) - 1)
    assert page.problems() == []


@pytest.mark.parametrize("style", ["lecture", "board"])
def test_the_page_and_python_agree_on_every_number(page: Page, style: Any) -> None:
    x = Value(0.5, label="x")
    h = x * 3.0 + x.exp() * x
    for things in ([h, h * h], MLP(2, [3, 1], seed=0)([0.5, -1.0]), network()[0]):
        player = play(things, style=style)
        page.open(player)
        found = page.run("return computed(data.values)")
        for edge, again in zip(player.story.edges, found["edges"], strict=True):
            for what, x in again.items():
                assert x == pytest.approx(getattr(edge, what), rel=1e-12, abs=1e-15)
    assert page.problems() == []


def network_of(leaves: list[Value]) -> Value:
    """The same network of other leaves."""
    x1, x2, y, w1, w2, w3, w4, w5, w6, b1, b2, b3 = leaves
    h1, h2 = x1 * w1 + x2 * w2 + b1, x1 * w3 + x2 * w4 + b2
    u1, u2 = h1.tanh(), h2.tanh()
    f = u1 * w5 + u2 * w6 + b3
    E = (f - y) ** 2 / 2
    for name, v in {"h1": h1, "h2": h2, "u1": u1, "u2": u2, "f": f, "E": E}.items():
        v.label = name
    return E


def test_playing_goes_on_by_itself_until_it_is_stopped(page: Page, player: Player) -> None:
    page.open(player)
    page.run("PAUSES.step = 60")
    page.press(" ")
    page.run("return 0")
    assert page.element("play").get_attribute("aria-label") == "Pause"
    page.driver.execute_async_script("setTimeout(arguments[0], 400)")
    page.press(" ")
    at = page.at
    assert at >= 2 and page.element("play").get_attribute("aria-label") == "Play"
    page.driver.execute_async_script("setTimeout(arguments[0], 200)")
    assert page.at == at


def test_coming_back_to_the_page_finds_slider_and_step_agreeing(page: Page, player: Player) -> None:
    page.open(player)
    page.slide(7)
    page.driver.get("about:blank")
    page.driver.back()
    assert page.element("slider").get_attribute("value") == str(page.at)
    assert page.line == told(player, page.at)
    assert page.problems() == []


def test_the_whole_picture_is_printed(page: Page, player: Player) -> None:
    page.open(player, 700)
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        wide, needs = page.run("const p = document.getElementById('pane'); return [p.clientWidth, p.scrollWidth]")
        assert needs <= wide and not page.element("controls").is_displayed()
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def long() -> Player:
    """Formulas that are longer than their panel, and names that are long."""
    xs = [Value(k / 10, label=f"an_input_with_a_long_name_{k}") for k in range(30)]
    y = xs[0] * xs[1]
    for x in xs[2:]:
        y = y + x * xs[0]
    return play(y.tanh() * xs[0])


def tensors() -> Player:
    def layer(x: Any, w: Any) -> Any:
        return np.tanh(x @ w)

    return play(layer, np.eye(8), np.ones((8, 9)))


PAGES: dict[str, Callable[[], Player]] = {"lecture": lambda: play(network()[0]), "long": long, "tensors": tensors}


@pytest.mark.parametrize(
    ("what", "width", "dark"),
    [
        *[("lecture", width, dark) for width in (390, 1280, 2560) for dark in (False, True)],
        *[(what, width, width == 2560) for what in ("long", "tensors") for width in (390, 2560)],
    ],
)
def test_it_fits_and_everyone_can_use_it(page: Page, what: str, width: int, dark: bool) -> None:
    page.open(PAGES[what](), width, dark)
    page.run("document.getElementById('inputs').open = true")
    page.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    page.slide(1 if what == "long" else 12)
    wide, high = page.run("return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert wide <= width and high <= 900
    outside = page.run(
        "return [...document.querySelectorAll('button, input, #step, h1')].filter(e => {"
        "const r = e.getBoundingClientRect(), p = e.parentElement.closest('#inputs, body').getBoundingClientRect();"
        "return r.left < p.left || r.right > p.right + 0.5})"
        ".map(e => e.id || e.tagName)"
    )
    assert outside == []
    seen = page.run(
        "const p = document.getElementById('pane').getBoundingClientRect();"
        "const b = document.querySelector('.box.now').getBoundingClientRect();"
        "return b.left >= p.left && b.right <= p.right && b.top >= p.top && b.bottom <= p.bottom"
    )
    assert seen, "the step's box is in sight"
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make test installs it where npm is present")
    page.run(AXE.read_text(encoding="utf-8"))
    found = page.driver.execute_async_script("axe.run(document).then(arguments[0])")
    grave = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in grave] == []
    assert page.problems() == []


def test_it_runs_in_the_sandbox_of_a_notebook(page: Page, player: Player) -> None:
    page.open(f"<!DOCTYPE html><title>{escape('notebook')}</title>{player._repr_html_()}")
    page.driver.switch_to.frame(0)
    page.element("forward").click()
    assert page.line == told(player, 1)
    page.driver.switch_to.default_content()
    assert page.problems() == []
