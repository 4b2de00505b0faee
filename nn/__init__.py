"""Neural networks on top of the engine: PyTorch's names and layouts, NumPy's words for arrays."""

from . import files, functional, init
from .data import DataLoader
from .files import FileError, load, save
from .init import seed
from .layers.activations import Hardtanh, LeakyReLU, LogSoftmax, ReLU, Sigmoid, Softmax, Softplus, Tanh
from .layers.containers import Sequential
from .layers.linear import Linear
from .losses import CrossEntropyLoss, MSELoss
from .module import Module, Parameter, ShapeError

__all__ = [
    "CrossEntropyLoss",
    "DataLoader",
    "FileError",
    "Hardtanh",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "Module",
    "Parameter",
    "ReLU",
    "Sequential",
    "ShapeError",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "files",
    "functional",
    "init",
    "load",
    "save",
    "seed",
]
