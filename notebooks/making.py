"""Notebooks from their texts: ``src/NAME.py`` is executed and becomes ``NAME.ipynb``.

Conventions of a text (in jupytext's percent format):

- ``EPOCHS = 12  # quick: 2`` is 2 in the quick form, with which the tests run. The claims must hold in both forms.
- An exercise ends in a folded solution, ``<details>`` with a block of Python in it. The tests run that block as a cell
  behind it.
- The last cell asserts what the notebook claimed, and prints one line that is always the same.
"""

from __future__ import annotations

import base64
import io
import os
import re
import tempfile
import warnings
from pathlib import Path
from typing import Any

import jupytext
import nbclient
import nbformat

from autograd.whole_files import write_whole

FOLDER = Path(__file__).parent
QUICK = re.compile(r"^( *\w+ = ).+?  # quick: (.+)$", re.MULTILINE)
PATH = re.compile(r'(?<= d=")[^"]+')
DECIMALS = re.compile(r"\d+\.\d+")
SOLUTION = re.compile(r"<details>.*?```python\n(.*?)```.*?</details>", re.DOTALL)
LIMIT = 400_000  # bytes of a notebook, so that the repository stays small
SECONDS = 600  # for one cell

# What makes the same picture the same file: matplotlib's SVG has random names and a date in it otherwise.
STYLE = {"svg.hashsalt": "chalkgrad"}


def texts() -> list[Path]:
    """The texts of all notebooks, in the lecture's order."""
    return sorted((FOLDER / "src").glob("*.py"))


def notebook_of(text: Path) -> Path:
    """Where the notebook of a text is kept."""
    return FOLDER / f"{text.stem}.ipynb"


def read(text: Path) -> Any:
    """The cells of a text, not executed."""
    notebook = jupytext.read(text, fmt="py:percent")
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{number}"
        cell.metadata = nbformat.from_dict({})
    return notebook


def quick(notebook: Any) -> Any:
    """The quick form of a notebook, with the solutions of its exercises as cells of their own."""
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type == "code":
            cell.source = QUICK.sub(r"\1\2", cell.source)
        else:
            cells += [nbformat.v4.new_code_cell(QUICK.sub(r"\1\2", code)) for code in SOLUTION.findall(cell.source)]
    notebook.cells = cells
    return notebook


def execute(notebook: Any) -> Any:
    """Run the cells from top to bottom, in a fresh interpreter that finds this checkout first."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of jupyter, about itself
        rc = Path(folder) / "matplotlibrc"
        rc.write_text("".join(f"{key}: {value}\n" for key, value in STYLE.items()))
        environment = os.environ | {
            "IPYTHONDIR": folder,  # nobody's settings
            "MATPLOTLIBRC": str(rc),
            "PYTHONPATH": os.pathsep.join([str(FOLDER.parent), *filter(None, [os.environ.get("PYTHONPATH")])]),
        }
        environment.pop("MPLBACKEND", None)  # the notebook's own shows the figures
        client = nbclient.NotebookClient(
            notebook,
            timeout=SECONDS,
            kernel_name="python3",
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
            coalesce_streams=True,  # what is printed is one output, however slowly it came
        )
        client.execute(cwd=folder, env=environment)
    return notebook


def made(text: Path) -> None:
    """Execute a text and write its notebook, with small outputs and without what differs from run to run."""
    notebook = execute(read(text))
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            _shrink(output.get("data", {}))
    path = notebook_of(text)
    written = nbformat.writes(notebook) + "\n"
    if len(written.encode()) > LIMIT:
        raise ValueError(f"{path.name} would have {len(written):,} bytes, above {LIMIT:,}: draw fewer points, or PNG")
    write_whole(path, written)


def _shrink(data: dict[str, Any]) -> None:
    """Give PNG a palette; take the date and the sixth decimals out of SVG."""
    if "image/png" in data:
        data["image/png"] = _palette(data["image/png"])
    if "image/svg+xml" in data:
        data["image/svg+xml"] = _lighter(data["image/svg+xml"])


def _lighter(svg: str) -> str:
    """An SVG without its date; one of matplotlib's, which has a line for each point, also in half of the bytes."""
    by_matplotlib = "Matplotlib" in svg
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    if not by_matplotlib:
        return svg
    svg = PATH.sub(lambda path: DECIMALS.sub(_rounded, " ".join(path[0].split())), svg)
    return re.sub(r"<!--[^<]*-->|\n *(?=<)", "", svg)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _palette(png: str) -> str:
    from PIL import Image

    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    small = io.BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return base64.b64encode(small.getvalue()).decode() + "\n"
