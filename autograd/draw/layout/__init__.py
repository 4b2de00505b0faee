"""From diagrams to places: by the program ``dot``, by the wheel graphviz-pure, or by our own layered layout."""

from .check import faults
from .engines import ENGINES, Engine, installed, place
from .layered import TITLE, Direction
from .placed import Placed, Point, Rectangle, Route, all_groups

__all__ = [
    "ENGINES", "TITLE", "Direction", "Engine", "Placed", "Point", "Rectangle", "Route", "all_groups", "faults",
    "installed", "place",
]  # fmt: skip
