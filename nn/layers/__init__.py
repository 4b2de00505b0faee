"""The layers: one file per kind."""

from . import activations, containers, linear

__all__ = ["activations", "containers", "linear"]
