"""Pictures of computation graphs.

Convention: TypeError is raised for what is no graph, ValueError for an option that there is not; pictures of other
formats than SVG need Graphviz or matplotlib, else ImportError or RuntimeError say so.
"""

from .explain import Explanation, explain
from .picture import Picture, draw, render
from .player import Player, play
from .record import scope

__all__ = ["Explanation", "Picture", "Player", "draw", "explain", "play", "render", "scope"]
