"""Value: a number in the graph; its functions and its sweeps."""

from . import many as several
from . import value
from .functions import ONE
from .graph import SYMBOLS, Map, ancestors
from .many import *
from .sweeps import forward
from .value import *

__all__ = ["ONE", "SYMBOLS", "Map", "ancestors", "forward", *several.__all__, *value.__all__]
