"""The operations: one file per kind of map, each a list of declarations. Importing declares them."""

from . import (
    activation,
    choice,
    complex,
    elementwise,
    index,
    interpolate,
    linalg,
    outer,
    points,
    products,
    reduce,
    shape,
    special,
    steps,
)

__all__ = [
    "activation",
    "choice",
    "complex",
    "elementwise",
    "index",
    "interpolate",
    "linalg",
    "outer",
    "points",
    "products",
    "reduce",
    "shape",
    "special",
    "steps",
]
