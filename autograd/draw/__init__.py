"""Pictures of computation graphs."""

from .picture import Picture, draw, render

__all__ = ["Picture", "draw", "render"]
