"""Module: what is found, named, kept and loaded."""

from .errors import ShapeError, head
from .modes import mode
from .module import Key, Module
from .parameter import Parameter
from .walk import Holder

__all__ = [
    "Holder",
    "Key",
    "Module",
    "Parameter",
    "ShapeError",
    "head",
    "mode",
]
