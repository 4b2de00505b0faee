"""Functions as maps of arrays with derivatives, whoever computes these."""

from .engine import EngineMap
from .map import Map

__all__ = ["EngineMap", "Map"]
