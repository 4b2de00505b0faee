"""Checking gradients, ours or yours: the laws of differentiation and gradcheck."""

from . import laws
from .laws import Broken

__all__ = ["Broken", "laws"]
