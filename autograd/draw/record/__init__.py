"""From what was recorded, or from a function that is run, to the description of its graph."""

from .describe import describe

__all__ = ["describe"]
