"""Value: a number in the graph; its functions and its sweeps."""

from .functions import ONE
from .many import Many, dot, hypot, many, sum
from .sweeps import ancestors, forward
from .value import SYMBOLS, TABLE, Map, Value, add

__all__ = [
    "ONE",
    "SYMBOLS",
    "TABLE",
    "Many",
    "Map",
    "Value",
    "add",
    "ancestors",
    "dot",
    "forward",
    "hypot",
    "many",
    "sum",
]
