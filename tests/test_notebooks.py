"""The notebooks are what their texts say, keep what they promise, and are committed as they came out."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")
pytest.importorskip("jupytext")

from notebooks.making import LIMIT, SOLUTION, _lighter, execute, notebook_of, quick, read, texts  # noqa: E402

ROOT = Path(__file__).parent.parent
UNWANTED = re.compile(
    "|".join(
        [*map(re.escape, map(str, (ROOT, Path.home()))), "/home/", "/tmp/", "site-packages", "Traceback", "Warning:"]
    )
)
LINK = re.compile(r"\]\(([^)]+)\)")
every_notebook = pytest.mark.parametrize("text", texts(), ids=lambda text: text.stem)


def committed(text: Path) -> Any:
    return nbformat.read(notebook_of(text), as_version=4)


def code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printed(cell: Any) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def test_each_notebook_has_its_text() -> None:
    assert [notebook_of(text).name for text in texts()] == sorted(p.name for p in (ROOT / "notebooks").glob("*.ipynb"))


def test_the_overview_lists_all_and_finds_each_slide() -> None:
    """Its links lead to notebooks beside it, here as on the documentation's pages; no slide is without one."""
    overview = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")
    names = [notebook_of(text).name for text in texts()]
    lessons, slides = overview.split("## The lessons")[1].split("## From the slides to the notebooks")
    assert LINK.findall(lessons) == names
    assert set(LINK.findall(overview)) == set(names)
    rows = [line for line in slides.splitlines() if line.startswith("| ")][2:]
    assert len(rows) >= 17 and all(LINK.search(row) for row in rows)


@every_notebook
def test_it_keeps_what_it_promises(text: Path) -> None:
    notebook = execute(quick(read(text)))
    last = notebook.cells[-1]
    assert "assert" in last.source
    assert printed(last) == printed(committed(text).cells[-1]) != ""
    assert not [output for cell in code(notebook) for output in cell.outputs if "Warning" in output.get("text", "")]


@every_notebook
def test_it_is_made_from_its_text(text: Path) -> None:
    made = [(cell.cell_type, cell.source) for cell in read(text).cells]
    assert made == [(cell.cell_type, cell.source) for cell in committed(text).cells]


@every_notebook
def test_it_is_committed_with_small_outputs_and_nobodys_paths(text: Path) -> None:
    assert notebook_of(text).stat().st_size < LIMIT
    cells = code(committed(text))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))  # run once, in order
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if UNWANTED.search(str(output))]
    assert not any(output.output_type == "error" or output.get("name") == "stderr" for output in outputs)


def test_a_solution_runs_behind_its_exercise() -> None:
    folded = "<details><summary>Solution</summary>\n\n```python\nN = 10  # quick: 2\n```\n\n</details>"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(folded)])
    assert SOLUTION.search(folded) and [cell.source for cell in quick(notebook).cells] == [folded, "N = 2\n"]


def test_curves_are_stored_in_few_bytes() -> None:
    """The same tags, with the points of a path in one line and within a hundredth of one; other SVGs keep all."""
    figure = pytest.importorskip("matplotlib.figure").Figure()
    figure.subplots().plot([k * k for k in range(100)])
    file = io.StringIO()
    figure.savefig(file, format="svg")
    full, light = file.getvalue(), _lighter(file.getvalue())
    assert len(light) < 0.8 * len(full) and "metadata" not in light
    other, tree = (
        ElementTree.fromstring(re.sub("<metadata>.*</metadata>", "", x, flags=re.DOTALL)) for x in (full, light)
    )
    assert [e.tag for e in tree.iter()] == [e.tag for e in other.iter()]
    for a, b in zip(tree.iter(), other.iter(), strict=True):
        words = [x.get("d", "").split() for x in (a, b)]
        for x, y in zip(*words, strict=True):
            assert x == y or abs(float(x) - float(y)) <= 0.005 + 1e-9
    mine = full.replace("Matplotlib", "")
    assert _lighter(mine) == re.sub(r"\s*<metadata>.*?</metadata>", "", mine, flags=re.DOTALL)
