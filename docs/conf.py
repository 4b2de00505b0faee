"""Sphinx's settings. What is generated (reference, tables, copies of the notebooks) is written before the build."""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from docs.site import reference, tables  # noqa: E402

project = "Chalkgrad"
author = "The Chalkgrad authors"
copyright = "The Chalkgrad authors"
extensions = ["myst_nb", "sphinx.ext.mathjax"]
html_theme = "furo"
html_title = "Chalkgrad"
html_static_path = ["static"]
html_css_files = ["chalkgrad.css"]
exclude_patterns = ["_build", "README.md", "site", "pictures"]
toc_object_entries = False  # the pages of the reference have overviews

myst_enable_extensions = ["dollarmath", "amsmath", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # the notebooks are committed as they ran
nb_render_markdown_format = "myst"

# Everything comes from this folder: no font, script or formula is fetched from elsewhere.
mathjax_path = "mathjax/tex-svg.js"  # make docs takes it from npm
html_show_sphinx = False


def _generate(app: object) -> None:
    _fresh(HERE / "reference")
    reference.write(HERE / "reference")
    tables.write(_fresh(HERE / "tables"))
    notebooks = _fresh(HERE / "notebooks")
    names = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    for name in names:
        shutil.copy(ROOT / "notebooks" / name, notebooks)
    listed = "\n".join(["```{toctree}", ":maxdepth: 1", "", *names, "```"])
    overview = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")
    (notebooks / "index.md").write_text(f"{overview}\n{listed}\n", encoding="utf-8")


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


# Where a page links to in the checkout, and where the same thing stands in the site.
PLACES = {
    "](../../notebooks/README.md)": "](../notebooks/index.md)",
    "](../../notebooks/": "](../notebooks/",
    "](../../autograd/coverage.md)": "](../tables/coverage.md)",
    "](../../autograd/special_points.md)": "](../tables/special_points.md)",
}


def _placed(app: object, page: str, source: list[str]) -> None:
    for there, here in PLACES.items():
        source[0] = source[0].replace(there, here)


def setup(app) -> None:
    app.connect("builder-inited", _generate)
    app.connect("source-read", _placed)
