"""Losses as modules: PyTorch's names and options. ``nn/functional/losses`` computes them.

Convention: a loss is called with the network's output first and its target after it. ``reduction`` is 'mean', 'sum' or
'none'. Weights are kept as buffers, as PyTorch keeps them.
"""

from .classification import *
from .pairs import *
from .regression import *

__all__ = [name for name, loss in globals().items() if isinstance(loss, type)]
