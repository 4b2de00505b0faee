"""From placed diagrams to files: SVG, PNG, PDF, DOT."""

from .dot import dot
from .marks import Curve, Item, Rect, Sheet, Words
from .raster import figure, image, pdf, png
from .sheet import sheet
from .svg import escaped, svg
from .theme import THEMES, ThemeName
from .words import shown

__all__ = [
    "THEMES", "Curve", "Item", "Rect", "Sheet", "ThemeName", "Words", "dot", "escaped", "figure", "image", "pdf", "png",
    "sheet", "shown", "svg",
]  # fmt: skip
