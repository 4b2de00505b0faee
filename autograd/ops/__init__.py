"""The operations: one file per kind of map, each a list of declarations. Importing declares them."""

from . import elementwise, index, linalg, products, reduce, shape, special

__all__ = ["elementwise", "index", "linalg", "products", "reduce", "shape", "special"]
