"""The faces of a graph: what each kind of picture shows of it."""

from .board import board

__all__ = ["board"]
