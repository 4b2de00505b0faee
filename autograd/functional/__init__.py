"""Derivatives of functions, and what they share."""

from . import derivatives
from .arguments import Mode, check_input
from .derivatives import *

__all__ = ["Mode", "check_input", *derivatives.__all__]
