"""Neural networks on top of the engine: PyTorch's names and layouts, NumPy's words for arrays."""

import importlib
from typing import Any

from . import data, files, functional, init
from .data import ArrayDataset, ConcatDataset, DataLoader, Dataset, Subset, random_split
from .files import FileError, load, save
from .init import seed
from .layers.activations import (
    ELU,
    GELU,
    GLU,
    SELU,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softmin,
    Softplus,
    Softsign,
    Tanh,
    Threshold,
)
from .layers.adaptive import AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveMaxPool2d
from .layers.attention import MultiheadAttention
from .layers.batch_norm import BatchNorm1d, BatchNorm2d, BatchNorm3d, InstanceNorm1d, InstanceNorm2d, InstanceNorm3d
from .layers.cells import GRUCell, LSTMCell, RNNCell
from .layers.containers import ModuleDict, ModuleList, Sequential
from .layers.convolution import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d
from .layers.dropout import Dropout, Dropout2d
from .layers.embedding import Embedding
from .layers.linear import Bilinear, Linear
from .layers.normalisation import GroupNorm, LayerNorm, RMSNorm
from .layers.pooling import (
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
)
from .layers.radial import RBF
from .layers.recurrent import GRU, LSTM, RNN
from .layers.resampling import Upsample, ZeroPad2d
from .layers.shape import Flatten, Identity, Unflatten
from .layers.transformer import TransformerEncoder, TransformerEncoderLayer
from .losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CosineEmbeddingLoss,
    CrossEntropyLoss,
    GaussianNLLLoss,
    HalfSquaredLoss,
    HingeEmbeddingLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MarginRankingLoss,
    MSELoss,
    MultiMarginLoss,
    NLLLoss,
    PoissonNLLLoss,
    SmoothL1Loss,
    SoftMarginLoss,
    SoftmaxBinaryCrossEntropyLoss,
    TripletMarginLoss,
)
from .module import Module, Parameter, ShapeError
from .perceptron import Perceptron
from .summary import Summary, summary


def __getattr__(name: str) -> Any:
    """Some modules are imported when they are asked for, as they take a while to import."""
    if name == "transforms":
        return importlib.import_module(".data.transforms", __name__)
    if name in ("datasets", "metrics", "plots", "scalar", "training"):
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module 'nn' has no attribute {name!r}")


__all__ = [
    "ELU",
    "GELU",
    "GLU",
    "GRU",
    "LSTM",
    "RBF",
    "RNN",
    "SELU",
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "ArrayDataset",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "Bilinear",
    "ConcatDataset",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "DataLoader",
    "Dataset",
    "Dropout",
    "Dropout2d",
    "Embedding",
    "FileError",
    "Flatten",
    "GRUCell",
    "GaussianNLLLoss",
    "GroupNorm",
    "HalfSquaredLoss",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "HingeEmbeddingLoss",
    "HuberLoss",
    "Identity",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "KLDivLoss",
    "L1Loss",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "MarginRankingLoss",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "Mish",
    "Module",
    "ModuleDict",
    "ModuleList",
    "MultiMarginLoss",
    "MultiheadAttention",
    "NLLLoss",
    "PReLU",
    "Parameter",
    "Perceptron",
    "PoissonNLLLoss",
    "RMSNorm",
    "RNNCell",
    "ReLU",
    "ReLU6",
    "Sequential",
    "ShapeError",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "Softmax",
    "SoftmaxBinaryCrossEntropyLoss",
    "Softmin",
    "Softplus",
    "Softsign",
    "Subset",
    "Summary",
    "Tanh",
    "Threshold",
    "TransformerEncoder",
    "TransformerEncoderLayer",
    "TripletMarginLoss",
    "Unflatten",
    "Upsample",
    "ZeroPad2d",
    "data",
    "files",
    "functional",
    "init",
    "load",
    "random_split",
    "save",
    "seed",
    "summary",
]
