"""Pictures of computation graphs."""

from .explain import Explanation, explain
from .picture import Picture, draw, render
from .player import Player, play
from .record import scope

__all__ = ["Explanation", "Picture", "Player", "draw", "explain", "play", "render", "scope"]
