"""Operations that networks need, as functions of tensors or arrays: one file per kind."""

from .activations import (
    gaussian,
    hardtanh,
    leaky_relu,
    log_softmax,
    relu,
    sigmoid,
    softmax,
    softplus,
    tanh,
)
from .affine import cast, linear
from .losses import cross_entropy, mse_loss, softmax_cross_entropy

__all__ = [
    "cast",
    "cross_entropy",
    "gaussian",
    "hardtanh",
    "leaky_relu",
    "linear",
    "log_softmax",
    "mse_loss",
    "relu",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy",
    "softplus",
    "tanh",
]
