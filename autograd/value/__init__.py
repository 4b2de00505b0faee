"""Value: a number in the graph; its functions and its sweeps."""

from . import many as several
from . import value
from .functions import ONE
from .graph import SYMBOLS, Label, Map, ancestors
from .many import *
from .scopes import note_scope, scope_of
from .sweeps import forward
from .value import *

__all__ = [
    "ONE", "SYMBOLS", "Label", "Map", "ancestors", "forward", "note_scope", "scope_of",
    *several.__all__, *value.__all__,
]  # fmt: skip
