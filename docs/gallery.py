"""From the examples to the gallery's page and its pictures."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograd.whole_files import write_whole

from .examples import EXAMPLES

FOLDER = Path(__file__).parent
FIRST = """# Gallery

Pictures of computations, each with the code that makes it. `make pictures` draws them anew.

```python
import numpy as np

import nn
from autograd import Tensor, Value
from autograd.draw import draw, explain
```
"""


def page(made: list[Any]) -> str:
    """The page as Markdown, given what the examples made."""
    return "\n".join([FIRST, *map(section, EXAMPLES, made)])


def section(example: Callable[[], Any], made: Any) -> str:
    """Title, sentence, code and picture of an example."""
    title, _, sentence = inspect.cleandoc(example.__doc__ or "").partition("\n\n")
    where = f"pictures/{file_name(example)}"
    result = f"[![{title}]({where})]({where})" if hasattr(made, "svg") else f"```text\n{made}\n```"
    return f"## {title}\n\n{sentence}\n\n```python\n{code(example)}\n```\n\n{result}\n"


def code(example: Callable[[], Any]) -> str:
    """What the function does, as one writes it in a notebook: without the word ``return``."""
    text = inspect.getsource(example)
    body = text[text.index('"""', text.index('"""') + 3) + 3 :]
    return textwrap.dedent(body.lstrip("\n")).replace("\nreturn ", "\n").rstrip()


def file_name(example: Callable[[], Any]) -> str:
    """Where its picture is kept, in ``pictures/``."""
    return f"{example.__name__.replace('_', '-')}.svg"


def write(folder: Path = FOLDER) -> None:
    """All of it; pictures that no example makes any more go."""
    made = [example() for example in EXAMPLES]
    pictures = {file_name(e): m.svg for e, m in zip(EXAMPLES, made, strict=True) if hasattr(m, "svg")}
    (folder / "pictures").mkdir(exist_ok=True)
    for name, svg in pictures.items():
        write_whole(folder / "pictures" / name, svg)
    write_whole(folder / "gallery.md", page(made))
    for path in (folder / "pictures").glob("*.svg"):
        if path.name not in pictures:
            path.unlink()
