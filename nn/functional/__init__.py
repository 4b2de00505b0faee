"""Operations that networks need, as functions of tensors or arrays: one file per kind."""

from autograd.ops import activation
from autograd.ops.activation import *

from . import activations, losses
from .activations import *
from .attention import scaled_dot_product_attention
from .convolution import conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d
from .distances import cosine_similarity, pairwise_distance, rbf, squared_distances
from .dropout import dropout, dropout2d
from .embedding import embedding
from .interpolation import interpolate
from .linear import bilinear, linear
from .losses.binary import *
from .losses.classes import *
from .losses.cross_entropy import *
from .losses.margins import *
from .losses.regression import *
from .normalisation import batch_norm, group_norm, instance_norm, layer_norm, normalize, rms_norm
from .pad import PADDING_MODES, pad
from .pooling import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_max_pool2d,
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    max_pool1d,
    max_pool2d,
    max_pool3d,
)
from .precision import cast
from .recurrent import gru, gru_cell, lstm, lstm_cell, rnn, rnn_cell

__all__ = [
    *activation.__all__,
    *activations.__all__,
    *losses.__all__,
    "PADDING_MODES",
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_max_pool2d",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "batch_norm",
    "bilinear",
    "cast",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "cosine_similarity",
    "dropout",
    "dropout2d",
    "embedding",
    "group_norm",
    "gru",
    "gru_cell",
    "instance_norm",
    "interpolate",
    "layer_norm",
    "linear",
    "lstm",
    "lstm_cell",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "normalize",
    "pad",
    "pairwise_distance",
    "rbf",
    "rms_norm",
    "rnn",
    "rnn_cell",
    "scaled_dot_product_attention",
    "squared_distances",
]
