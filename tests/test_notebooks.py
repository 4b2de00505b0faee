"""The notebooks run from top to bottom, keep what they promise, and are committed as they came out."""

from __future__ import annotations

import os
import re
import warnings
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
UNWANTED = re.compile(
    "|".join(
        [*map(re.escape, map(str, (ROOT, Path.home()))), "/home/", "/tmp/", "site-packages", "Traceback", "Warning"]
    )
)
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def printed(notebook: Any) -> list[str]:
    """What its cells printed."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return ["".join(o.text for o in cell.outputs if o.output_type == "stream") for cell in cells]


@every_notebook
def test_it_keeps_what_it_promises(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]))
    monkeypatch.setenv("IPYTHONDIR", os.devnull)  # nobody's settings
    notebook = nbformat.read(path, as_version=4)
    committed = printed(notebook)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of jupyter, about itself
        nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    assert "assert" in notebook.cells[-1].source
    assert printed(notebook)[-1] == committed[-1] != ""
    assert "DoctorWarning" not in str(notebook.cells)


@every_notebook
def test_it_is_committed_with_small_outputs_and_nobodys_paths(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert len(NOTEBOOKS) == 4 and path.stat().st_size < 400_000
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))  # run once, in order
    texts = [str(output) for cell in code for output in cell.outputs]
    assert not [text for text in texts if UNWANTED.search(text)]
    assert not any(
        output.output_type == "error" or output.get("name") == "stderr" for c in code for output in c.outputs
    )
