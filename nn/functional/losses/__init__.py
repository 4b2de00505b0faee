"""Losses, as functions."""

from . import binary, classes, margins, regression
from . import cross_entropy as entropies
from .binary import *
from .classes import *
from .cross_entropy import *
from .margins import *
from .regression import *

__all__ = [*binary.__all__, *classes.__all__, *entropies.__all__, *margins.__all__, *regression.__all__]
