"""Convolution over one, two or three axes, and its transpose."""

from . import functions
from .functions import *

__all__ = [*functions.__all__]
