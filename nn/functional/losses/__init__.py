"""Losses, as functions."""

from .binary import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    log_one_minus_softmax,
    softmax_binary_cross_entropy,
)
from .classes import one_hot
from .cross_entropy import cross_entropy, nll_loss, soft_cross_entropy, softmax_cross_entropy
from .margins import (
    cosine_embedding_loss,
    hinge_embedding_loss,
    margin_ranking_loss,
    multi_margin_loss,
    soft_margin_loss,
    triplet_margin_loss,
)
from .regression import (
    gaussian_nll_loss,
    half_squared_error,
    huber_loss,
    kl_div,
    l1_loss,
    mse_loss,
    poisson_nll_loss,
    smooth_l1_loss,
)

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cosine_embedding_loss",
    "cross_entropy",
    "gaussian_nll_loss",
    "half_squared_error",
    "hinge_embedding_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "log_one_minus_softmax",
    "margin_ranking_loss",
    "mse_loss",
    "multi_margin_loss",
    "nll_loss",
    "one_hot",
    "poisson_nll_loss",
    "smooth_l1_loss",
    "soft_cross_entropy",
    "soft_margin_loss",
    "softmax_binary_cross_entropy",
    "softmax_cross_entropy",
    "triplet_margin_loss",
]
