"""The gallery: its page is that of the examples, its code runs, and its pictures are those that the code makes."""

from __future__ import annotations

import ast
import re
from typing import Any

import numpy as np
import pytest

from docs.examples import EXAMPLES
from docs.gallery import FOLDER, code, file_name, section

PAGE = (FOLDER / "gallery.md").read_text(encoding="utf-8")
FIRST, *SECTIONS = re.split(r"(?m)^(?=## )", PAGE)
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])")


def run(block: str, names: dict[str, Any]) -> Any:
    """Run some lines, and give the value of the last, as a notebook does."""
    *lines, last = ast.parse(block).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(lines, []), "gallery.md", "exec"), names)
    return eval(compile(ast.Expression(last.value), "gallery.md", "eval"), names)


def alike(a: list[str], b: list[str]) -> None:
    """The same words in the same order; numbers may differ in their last digit, as machines do."""
    assert [NUMBER.sub("0", text) for text in a] == [NUMBER.sub("0", text) for text in b]
    numbers = [[float(n) for text in texts for n in NUMBER.findall(text)] for texts in (a, b)]
    assert np.allclose(*numbers, rtol=2e-3, atol=1e-6)


def texts(svg: str) -> list[str]:
    """What stands on a picture, wherever it stands."""
    return sorted(re.findall(r"<text[^>]*>([^<]*)</text>", svg), key=lambda text: NUMBER.sub("0", text))


def test_the_page_shows_every_example() -> None:
    assert [s.partition("```python\n")[2].partition("\n```")[0] for s in SECTIONS] == [code(e) for e in EXAMPLES]
    pictures = {path.name for path in (FOLDER / "pictures").iterdir()}
    assert pictures == set(re.findall(r"\(pictures/([^)]*)\)", PAGE))


@pytest.mark.parametrize("k", range(len(EXAMPLES)), ids=[e.__name__ for e in EXAMPLES])
def test_the_code_on_the_page_makes_what_is_below_it(k: int) -> None:
    names: dict[str, Any] = {}
    exec(FIRST.partition("```python\n")[2].partition("```")[0], names)
    made = run(code(EXAMPLES[k]), names)
    alike([section(EXAMPLES[k], made).strip()], [SECTIONS[k].strip()])
    if hasattr(made, "svg"):
        alike(texts(made.svg), texts((FOLDER / "pictures" / file_name(EXAMPLES[k])).read_text(encoding="utf-8")))
