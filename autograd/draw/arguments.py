"""Checks of what draw, play and explain are told; each error says what there is.

Convention: ``by`` is the name of the function that was called, with which its errors begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

__all__ = ["PAGE", "check_choice", "check_count", "check_switch", "check_width", "ending", "width_of_rows"]

PAGE = 1100.0  # pixels: the width of rows, where nobody says another


def check_choice(by: str, name: str, value: object, known: Sequence[str]) -> None:
    """Raise ValueError unless the value is one of these words."""
    if value not in known:
        raise ValueError(f"{by}: {name} is {_or(list(map(repr, known)))}, not {value!r}")


def check_count(by: str, name: str, value: object, least: int) -> None:
    """Raise ValueError unless the value is a whole number that is not too small, or None."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
        raise ValueError(f"{by}: {name} is a whole number from {least}, not {value!r}")


def check_switch(by: str, name: str, value: object) -> None:
    """Raise ValueError unless the value is True, False or None."""
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{by}: {name} is True, False or None, not {value!r}")


def check_width(by: str, wrap: object) -> None:
    """Raise ValueError unless this says how wide rows are: a number of pixels, True, False or None."""
    if not (wrap is None or isinstance(wrap, bool) or (isinstance(wrap, int | float) and wrap > 0)):
        raise ValueError(f"{by}: wrap is a width in pixels, True or None, not {wrap!r}")


def width_of_rows(wrap: float | bool | None) -> float | None:
    """The width in pixels; None where nothing is folded into rows."""
    return None if wrap is None or wrap is False else PAGE if wrap is True else float(wrap)


def ending(path: Path, things: str, known: Sequence[str]) -> str:
    """The ending of a path, which is the format; ValueError if these ``things`` are not written in it."""
    kind = path.suffix.lower()
    if kind not in known:
        said = f"{things} are not written as {kind}" if kind else f"the ending of {str(path)!r} must say the format"
        raise ValueError(f"save: {said}: {_or(known)}")
    return kind


def _or(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
