"""Neural networks on top of the engine: PyTorch's names and layouts, NumPy's words for arrays."""

from . import files, functional, init
from .data import DataLoader
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
from .layers.containers import Sequential
from .layers.convolution import Conv1d, Conv2d, Conv3d
from .layers.linear import Linear
from .layers.pooling import MaxPool1d, MaxPool2d, MaxPool3d
from .losses import CrossEntropyLoss, MSELoss
from .module import Module, Parameter, ShapeError

__all__ = [
    "ELU",
    "GELU",
    "GLU",
    "SELU",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "CrossEntropyLoss",
    "DataLoader",
    "FileError",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "Mish",
    "Module",
    "PReLU",
    "Parameter",
    "ReLU",
    "ReLU6",
    "Sequential",
    "ShapeError",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softmin",
    "Softplus",
    "Softsign",
    "Tanh",
    "Threshold",
    "files",
    "functional",
    "init",
    "load",
    "save",
    "seed",
]
