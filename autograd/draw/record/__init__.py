"""From what was recorded, or from a function that is run, to the description of its graph."""

from .describe import Grads, describe
from .names import around
from .run import run
from .scalars import scalars
from .scopes import scope

__all__ = ["Grads", "around", "describe", "run", "scalars", "scope"]
