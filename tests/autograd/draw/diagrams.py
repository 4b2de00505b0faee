"""Random diagrams for the tests of layouts and outputs, and what their SVG says."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import strategies as st

from autograd.draw.diagram import Arrow, Box, BoxKind, Diagram, Group, Line, Span

KINDS: tuple[BoxKind, ...] = ("input", "parameter", "constant", "inner", "result", "operation", "module", "note")
NAUGHTY = [
    r"$\Gamma$", "C:\\New", "ends with \\", '<b>"x" & \\n</b>', "<in> <out>", "a\x01b", "a\x00b", "]]>", "--> <!--",
    "&amp;", "</text><script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>", "\ud800", "\u202eabc", "שלום",
    "日本語", "👩‍🔬", "&#10;", "\\N\\G\\E", "{a|b}", "two\nlines", "\ttab", "  spaces  ", "é", "\ufffe", "$$", "{{x}}",
    "%s {0}", "", "'", "1e-09",
]  # fmt: skip
names = st.sampled_from(NAUGHTY) | st.text(max_size=8)


@st.composite
def diagrams(draw: st.DrawFn, texts: st.SearchStrategy[str] = names, most: int = 12) -> Diagram:
    """Boxes in an order in which forward arrows lead on; backward ones, parallel ones, frames in frames."""
    n = draw(st.integers(1, most))
    made = Diagram(title=draw(texts))
    for k in range(n):
        lines = [Line([Span(text, "name", bold=True)], centred=True) for text in draw(st.lists(texts, max_size=2))]
        lines += [Line([Span("value", "dust", 9.0)], [Span(draw(texts))]) for _ in range(draw(st.integers(0, 2)))]
        heat = [["#ff0000", ""]] * 3 if draw(st.integers(0, 2)) == 0 else []
        made.boxes.append(Box(f"k{k}", draw(st.sampled_from(KINDS)), lines, heat, tip=draw(texts), quantity=k))
    for _ in range(draw(st.integers(0, 2 * n)) if n > 1 else 0):
        a = draw(st.integers(0, n - 2))
        b = draw(st.integers(a + 1, n - 1))
        lines = [Line([Span(draw(texts), "slope", 10.0)])] if draw(st.booleans()) else []
        if draw(st.integers(0, 3)):
            made.arrows.append(Arrow(f"k{a}", f"k{b}", lines, draw(st.sampled_from(["forward", "bundle"]))))
        else:
            made.arrows.append(Arrow(f"k{b}", f"k{a}", lines, "backward"))
    made.groups = draw(_groups([box.key for box in made.boxes], "g", 2, texts))
    made.legend = draw(st.lists(st.tuples(st.sampled_from([*KINDS, "slope"]), texts), max_size=4))
    return made


@st.composite
def _groups(draw: st.DrawFn, keys: list[str], name: str, depth: int, texts: st.SearchStrategy[str]) -> list[Group]:
    found = []
    for k in range(draw(st.integers(0, 2)) if depth and keys else 0):
        inside = [key for key in keys if draw(st.booleans())]
        keys = [key for key in keys if key not in inside]
        inner = draw(_groups(inside, f"{name}{k}", depth - 1, texts))
        taken = {key for group in inner for key in all_boxes(group)}
        found.append(Group(f"{name}{k}", draw(texts), [key for key in inside if key not in taken], inner))
    return found


def all_boxes(group: Group) -> list[str]:
    """The keys of all boxes in a group and in those within it."""
    return [*group.boxes, *(key for inner in group.groups for key in all_boxes(inner))]


def elements(svg: str, kind: str) -> list[ElementTree.Element]:
    """The elements ``<g class="kind ...">`` of a picture."""
    return [
        g for g in ElementTree.fromstring(svg).iter() if g.tag.endswith("}g") and g.get("class", "").split()[0] == kind
    ]


def texts_of(element: ElementTree.Element) -> list[str]:
    """The texts within an element."""
    return [t.text or "" for t in element.iter() if t.tag.endswith("}text")]
