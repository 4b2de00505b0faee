"""Normalisation: numbers shifted and scaled to mean 0 and variance 1."""

from . import functions
from .functions import *

__all__ = [*functions.__all__]
