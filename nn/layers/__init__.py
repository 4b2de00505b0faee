"""The layers: one file per kind."""

from . import activations, containers, convolution, linear, pooling

__all__ = ["activations", "containers", "convolution", "linear", "pooling"]
