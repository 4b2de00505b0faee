"""From the docstrings' convention to reStructuredText.

The convention: the first line is the mathematics or a sentence. A line with a name in double backticks, two spaces and
a text describes an argument, and lines indented below it go on. Examples are indented, or begin with ``>>>``. A public
name with its module, as ``nn.seed``, becomes a link.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap

ARGUMENT = re.compile(r"^(?P<names>``[^`]+``(?:, ``[^`]+``)*)(?:  +(?P<text>\S.*))?$")

PUBLIC = re.compile(r"``((?:autograd|nn|optim)(?:\.\w+)+)``")


def converted(docstring: str | None) -> str:
    """The docstring as reStructuredText."""
    blocks: list[str] = []
    for block in re.split(r"\n\s*\n|(?<=::)\n", inspect.cleandoc(docstring or "")):
        if blocks and _is_code(block) and _is_code(blocks[-1]):
            blocks[-1] += f"\n\n{block}"
        else:
            blocks.append(block)
    return "\n\n".join(text for block in blocks if (text := _block(block.split("\n")))) + "\n"


def _is_code(block: str) -> bool:
    return block.startswith("    ") and not block.lstrip().startswith(">>>")


def _block(lines: list[str]) -> str:
    if lines[0].lstrip().startswith(">>>"):
        return ".. code-block:: pycon\n\n" + "\n".join(f"   {line}" for line in _dedented(lines))
    if _is_code(lines[0]):
        code = _dedented(lines)
        language = "python" if _is_python("\n".join(code)) else "text"
        return f".. code-block:: {language}\n\n" + "\n".join(f"   {line}" if line else "" for line in code)
    if lines[0].startswith("- "):
        return "\n".join(_escaped(line) for line in lines)
    if any(ARGUMENT.match(line) for line in lines):
        return _arguments(lines)
    return re.sub("::$", ":", _escaped(" ".join(line.strip() for line in lines)))


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def _arguments(lines: list[str]) -> str:
    """A list of arguments; what stands before the first one is a paragraph."""
    before: list[str] = []
    entries: list[tuple[str, list[str]]] = []
    for line in lines:
        if found := ARGUMENT.match(line):
            entries.append((found["names"], [found["text"] or ""]))
        elif not entries:
            before.append(line.strip())
        else:
            entries[-1][1].append(line.strip())
    listed = [f"{names}\n   {_escaped(' '.join(text).strip())}" for names, text in entries]
    return "\n\n".join([*filter(None, [_escaped(" ".join(before))]), "\n".join(listed)])


def _dedented(lines: list[str]) -> list[str]:
    return textwrap.dedent("\n".join(lines)).strip("\n").split("\n")


def _escaped(text: str) -> str:
    """Text with the signs of reStructuredText taken as they are; literals that are public names lead to these."""
    parts = re.split(r"(``.*?``|\*\*\w+\*\*)", text)
    signs = [re.sub(r"([*\\|`_])", r"\\\1", part) if k % 2 == 0 else part for k, part in enumerate(parts)]
    return "".join(f":py:obj:`{found[1]}`" if (found := PUBLIC.fullmatch(part)) else part for part in signs)
