"""Special functions."""

from . import erf, gelu, scipy

__all__ = [
    "erf",
    "gelu",
    "scipy",
]
