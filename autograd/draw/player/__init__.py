"""The page that steps through a graph, forward node by node and backward edge by edge."""

from .player import Player, play

__all__ = ["Player", "play"]
