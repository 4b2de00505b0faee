"""Tensor: an array in the graph; and operations that are called straight."""

from .fast_paths import straight
from .tensor import Tensor, of

__all__ = ["Tensor", "of", "straight"]
