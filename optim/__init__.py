"""Optimizers: PyTorch's names and arguments, moving tensors and Values alike."""

from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["SGD", "Optimizer"]
