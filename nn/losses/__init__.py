"""Losses as modules: PyTorch's names and options. ``nn/functional/losses`` computes them.

Convention: a loss is called with the network's output first and its target after it. ``reduction`` is 'mean', 'sum' or
'none'. Weights are kept as buffers, as PyTorch keeps them.
"""

from typing import TYPE_CHECKING

from .classification import *
from .pairs import *
from .regression import *

if not TYPE_CHECKING:  # which takes all that the stars import
    __all__ = [name for name, loss in globals().items() if isinstance(loss, type)]
