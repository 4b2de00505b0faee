"""HIPS autograd's helpers: flat vectors of nests, optimizers, fixed points, recorded functions."""

from .flatten import flatten
from .tracers import const_graph

__all__ = ["const_graph", "flatten"]
