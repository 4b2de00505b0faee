"""The program that lays pictures out: ``dot`` if it is on PATH, else ``graphviz-pure``.

Convention: the wheel graphviz-pure installs a command of that name, which takes dot's arguments; the Python package
graphviz is told to use it. Nothing is imported before a picture is drawn.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import shutil
import sys
from pathlib import Path
from typing import Any

EXTRA = 'pip install "chalkgrad[draw]"'


def graphviz() -> Any:
    """The Python package graphviz, with a program that it can call."""
    try:
        package: Any = importlib.import_module("graphviz")
        commands: Any = importlib.import_module("graphviz.backend.dot_command")
    except ImportError as error:
        raise ImportError(f"pictures are drawn with graphviz, which is not installed: {EXTRA}") from error
    if str(commands.DOT_BINARY) == "dot" and shutil.which("dot") is None:
        program = pure()
        if program is None:
            raise RuntimeError(f"neither 'dot' nor 'graphviz-pure' is installed to lay the picture out: {EXTRA}")
        commands.DOT_BINARY = program
    return package


def pure() -> Path | None:
    """The command of the wheel graphviz-pure: where the wheel installed it, beside this Python, or on PATH."""
    candidates: list[Any] = []
    try:
        files = importlib.metadata.distribution("graphviz-pure").files or []
        candidates = [
            Path(str(f.locate())) for f in files if f.stem == "graphviz-pure" and f.parent.name in ("bin", "Scripts")
        ]
    except importlib.metadata.PackageNotFoundError:
        pass
    candidates += [Path(sys.executable).parent / "graphviz-pure", shutil.which("graphviz-pure")]
    return next((Path(c).resolve() for c in candidates if c is not None and Path(c).is_file()), None)
