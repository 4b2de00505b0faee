"""The documentation is built without a warning; its links lead somewhere; a browser shows its formulas, offline."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("sphinx")
pytest.importorskip("myst_nb")
pytest.importorskip("furo")

from docs.site.__main__ import MATHJAX, build
from docs.site.check import broken_links, faults_in_browser
from docs.site.docstrings import converted


@pytest.mark.skipif(not MATHJAX.is_dir(), reason="MathJax is not installed: make test installs it where npm is")
def test_the_site(tmp_path: Path) -> None:
    assert build(tmp_path) == 0
    assert broken_links(tmp_path) == []
    assert 'id="nn.functional.conv2d"' in (tmp_path / "reference" / "nn.functional.html").read_text(encoding="utf-8")
    assert faults_in_browser(tmp_path) in ([], None)  # None without a browser


def test_faults_are_found(tmp_path: Path) -> None:
    (tmp_path / "there.html").write_text("<p id='place'>")
    (tmp_path / "index.html").write_text(
        "<a href='there.html#place'></a><a href='there.html#none'></a><a href='gone.html'></a><a href='#here'></a>"
        "<p id='here' class='math'>x^2</p><img src='http://127.0.0.1:9/x.png'>"
    )
    leads_nowhere = ["index.html: there.html#none leads nowhere", "index.html: gone.html leads nowhere"]
    assert broken_links(tmp_path) == leads_nowhere
    faults = faults_in_browser(tmp_path)
    if faults is not None:
        assert "index.html: not shown as a formula: x^2" in faults
        assert "index.html: asks for http://127.0.0.1:9/x.png" in faults


def test_a_docstring_is_converted() -> None:
    docstring = """y = a_i * x, **not** ``nn.seed``.

    ``x``, ``a``  arrays |
                  of one shape
    ``axis``      or ``None``

    Write it so::

        y = f(x)

        >>> 1 + 1
        2
    """
    assert converted(docstring) == (
        "y = a\\_i \\* x, **not** :py:obj:`nn.seed`.\n\n"
        "``x``, ``a``\n   arrays \\| of one shape\n``axis``\n   or ``None``\n\nWrite it so:\n\n"
        ".. code-block:: python\n\n   y = f(x)\n\n.. code-block:: pycon\n\n   >>> 1 + 1\n   2\n"
    )
