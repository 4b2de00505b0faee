"""Pooling: what a window sees becomes one number."""

from . import adaptive, average, max
from .adaptive import *
from .average import *
from .max import *

__all__ = [*adaptive.__all__, *average.__all__, *max.__all__]
