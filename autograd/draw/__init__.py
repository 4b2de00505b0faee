"""Pictures of computation graphs.

Convention: TypeError is raised for what is no graph, ValueError for an option that there is not, ImportError where a
format needs matplotlib or Pillow, RuntimeError for an engine of layout that is not installed.
"""

from .explain import Explanation, explain
from .picture import Picture, draw, render
from .player import Player, play
from .record import scope

__all__ = ["Explanation", "Picture", "Player", "draw", "explain", "play", "render", "scope"]
