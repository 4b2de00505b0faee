"""The layers: one file per kind."""

from . import (
    activations,
    attention,
    containers,
    convolution,
    dropout,
    embedding,
    linear,
    normalisation,
    pooling,
    shape,
    transformer,
)

__all__ = [
    "activations",
    "attention",
    "containers",
    "convolution",
    "dropout",
    "embedding",
    "linear",
    "normalisation",
    "pooling",
    "resampling",
    "shape",
    "transformer",
]
