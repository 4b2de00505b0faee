"""Hides numba from every Python that has this folder in PYTHONPATH, as if it were not installed."""

from __future__ import annotations

from importlib.machinery import ModuleSpec, PathFinder
from typing import Any

HIDDEN = ("numba", "llvmlite")
find = PathFinder.find_spec


def find_spec(cls: type[PathFinder], name: str, *where: Any) -> ModuleSpec | None:
    return None if name.partition(".")[0] in HIDDEN else find(name, *where)


PathFinder.find_spec = classmethod(find_spec)  # type: ignore[assignment]
