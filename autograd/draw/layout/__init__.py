"""From diagrams to places: by the program ``dot``, by the wheel graphviz-pure, or by our own layered layout."""

from .layered import Direction, layered
from .placed import Placed, Point, Rectangle, Route, all_groups

__all__ = ["Direction", "Placed", "Point", "Rectangle", "Route", "all_groups", "layered"]
