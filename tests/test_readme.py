"""The README's examples do what they say. Its blocks share one namespace, from top to bottom."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

README = Path(__file__).parent.parent / "README.md"


def test_readme() -> None:
    text = README.read_text(encoding="utf-8")
    blocks = [
        (text[: match.start(1)].count("\n"), match[1])
        for match in re.finditer(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    ]
    assert blocks
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    names: dict[str, Any] = {}
    report: list[str] = []
    for line, block in blocks:
        if ">>>" not in block:
            exec(compile("\n" * line + block, str(README), "exec"), names)
            continue
        example = doctest.DocTestParser().get_doctest(block, names, README.name, str(README), line)
        example.globs = names  # the parser copies it
        runner.run(example, out=report.append, clear_globs=False)
    assert not runner.failures, "".join(report)
