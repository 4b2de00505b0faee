"""Files that are written whole or not at all, also if the program or the machine stops."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write"]


def write(path: str | os.PathLike[str], save: Callable[[Path], object]) -> Path:
    """Call ``save(temporary)`` to write a temporary file beside ``path``, then rename it to ``path``; returns the path.

    The file is on the disk before it replaces an older one. If ``save`` raises, the older one stays. Missing folders
    are made.
    """
    path = to_path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.getpid()}-{threading.get_ident()}-{path.name}")
    try:
        save(temporary)
        _flush(temporary, os.O_RDWR)
        temporary.replace(path)
        if os.name == "posix":  # other systems cannot open a folder
            _flush(path.parent, os.O_RDONLY)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _flush(path: Path, flags: int) -> None:
    """Wait until the file or folder is on the disk."""
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def to_path(path: str | os.PathLike[str]) -> Path:
    """The path as a Path."""
    from pathlib import Path  # slow to import, and ``import nn`` does without

    return Path(path)
