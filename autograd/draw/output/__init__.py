"""From placed diagrams to files: SVG, PNG, PDF, DOT."""

from .svg import svg
from .theme import ThemeName

__all__ = ["ThemeName", "svg"]
