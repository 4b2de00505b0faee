"""The faces of a graph: what each kind of picture shows of it."""

from .board import board
from .lecture import lecture
from .modules import modules

__all__ = ["board", "lecture", "modules"]
