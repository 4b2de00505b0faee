"""``python -m docs.site``: build the documentation without a warning, and check its links and formulas."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

from .check import broken_links, faults_in_browser, pages

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "docs"
MATHJAX = ROOT / ".npm" / "node_modules" / "mathjax" / "es5"


def main() -> int:
    if build(SITE):
        return 1
    faults = broken_links(SITE)
    seen = faults_in_browser(SITE)
    if seen is None:
        print("Chromium, chromedriver or Selenium is missing, so no browser looked at the pages. Run make system.")
    faults += seen or []
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{len(pages(SITE))} pages, {len(faults)} faults: {SITE / 'index.html'}")
    return 1 if faults else 0


def build(site: Path) -> int:
    """Write the pages, with MathJax beside them, so that a reader needs no network. 0 if there was no warning."""
    if not MATHJAX.is_dir():
        raise SystemExit("MathJax is missing, and without it formulas cannot be shown. Install npm and run make docs.")
    target = ROOT / "docs" / "static" / "mathjax"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(MATHJAX / "tex-svg.js", target)
    return build_main(["-q", "-W", "--keep-going", "-b", "html", str(ROOT / "docs"), str(site)])


if __name__ == "__main__":
    sys.exit(main())
