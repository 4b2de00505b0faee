"""The program that lays pictures out: ``dot`` if it is on PATH, else ``graphviz-pure``.

Convention: the wheel graphviz-pure installs a command of that name, which takes dot's arguments; the Python package
graphviz is told to use it. Nothing is imported before a picture is drawn.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import shutil
import sys
from pathlib import Path
from typing import Any

from ..extras import extra


def graphviz() -> Any:
    """The Python package graphviz, with a program that it can call."""
    package, commands = (extra(name, "draw", "a picture") for name in ("graphviz", "graphviz.backend.dot_command"))
    if str(commands.DOT_BINARY) == "dot" and shutil.which("dot") is None:
        program = pure()
        if program is None:
            raise RuntimeError(
                "neither 'dot' nor 'graphviz-pure' is installed to lay the picture out: pip install 'chalkgrad[draw]'"
            )
        commands.DOT_BINARY = program
    return package


def pure() -> Path | None:
    """The command of the wheel graphviz-pure: where the wheel installed it, beside this Python, or on PATH."""
    candidates: list[Any] = []
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        files = importlib.metadata.distribution("graphviz-pure").files or []
        candidates += [f.locate() for f in files if f.stem == "graphviz-pure" and f.parent.name in ("bin", "Scripts")]
    candidates += [Path(sys.executable).parent / "graphviz-pure", shutil.which("graphviz-pure") or ""]
    return next((Path(c).resolve() for c in map(str, candidates) if Path(c).is_file()), None)
