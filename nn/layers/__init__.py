"""The layers: one file per kind."""

from . import activations, containers, convolution, dropout, embedding, linear, normalisation, pooling, shape

__all__ = [
    "activations",
    "containers",
    "convolution",
    "dropout",
    "embedding",
    "linear",
    "normalisation",
    "pooling",
    "shape",
]
