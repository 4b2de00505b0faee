"""Pictures of computation graphs."""

from .picture import Picture, draw, render
from .record import scope

__all__ = ["Picture", "draw", "render", "scope"]
