"""Pictures of computation graphs, drawn with graphviz (the extra ``draw``)."""

from .picture import draw, render

__all__ = ["draw", "render"]
