"""Errors inside a network say where: ``model.encoder[2]: Linear(64, 10) got (32, 128)``.

Convention: an error passes through the calls of the modules that it comes out of, the innermost first; each adds its
part of the way to the error's ``place``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .walk import spelled, walk


class Place(NamedTuple):
    """Where an error began, as seen from the outermost module that it has passed."""

    seen_from: Any
    way: str  # .encoder[2]
    head: str  # Linear(64, 10)


class ShapeError(ValueError):
    """An input of the wrong shape; says which module of which got what, and what it takes."""

    place: Place | None = None

    def __init__(self, module: Any, given: Any, takes: str) -> None:
        self.head = head(module)
        self.given = given
        self.takes = takes
        super().__init__()

    def __str__(self) -> str:
        way = self.place.way if self.place else ""
        return f"model{way}: {self.head} got {self.given}; it takes {self.takes}"


def locate(error: Any, module: Any) -> None:
    """Say on an error that passes through a module where, seen from there, it comes from."""
    place = getattr(error, "place", None)
    if not isinstance(place, Place):
        place = Place(module, "", head(module))
    else:
        path = next((path for path, thing in walk(module) if thing is place.seen_from), ())
        place = Place(module, spelled(module, path) + place.way, place.head)
    error.place = place
    if not isinstance(error, ShapeError):
        notes = [note for note in getattr(error, "__notes__", ()) if not note.startswith("in model")]
        error.__notes__ = [*notes, f"in model{place.way}: {place.head}"]


def head(module: Any) -> str:
    """A module in one line."""
    text = repr(module)
    if "\n" not in text:
        return text
    words = module.describe()
    return f"{type(module).__name__}({words})" if words else type(module).__name__
