"""Pictures of computation graphs."""

from .picture import Picture, draw, render
from .player import Player, play
from .record import scope

__all__ = ["Picture", "Player", "draw", "play", "render", "scope"]
