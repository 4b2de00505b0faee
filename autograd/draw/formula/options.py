"""The options of an operation, which a graph has as text, as Python's objects."""

from __future__ import annotations

import ast
from typing import Any

__all__ = ["key_of", "parsed"]


def parsed(options: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Options as Python's objects, where they are plain ones."""
    found = {}
    for key, text in options:
        try:
            found[key] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            found[key] = text
    return found


def key_of(text: str) -> Any:
    """An index as it is written, ``0, 1:``; raises KeyError where it was shortened."""
    try:
        part = ast.parse(f"_[{text}]", mode="eval").body
        assert isinstance(part, ast.Subscript)
        return _index(part.slice)
    except (SyntaxError, ValueError, AssertionError):
        raise KeyError(text) from None


def _index(part: ast.expr) -> Any:
    if isinstance(part, ast.Tuple):
        return tuple([_index(each) for each in part.elts])
    if isinstance(part, ast.Slice):
        ends = (part.lower, part.upper, part.step)
        return slice(*[None if end is None else ast.literal_eval(end) for end in ends])
    found = ast.literal_eval(part)
    if isinstance(found, list) and Ellipsis in found:
        raise ValueError("shortened")
    return found
