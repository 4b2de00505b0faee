"""Losses as modules: PyTorch's names and options. ``nn/functional/losses`` computes them.

Convention: a loss is called with the network's output first and its target after it. ``reduction`` is 'mean', 'sum' or
'none'. Weights are kept as buffers, as PyTorch keeps them.
"""

from typing import TYPE_CHECKING

from . import classification, pairs, regression
from .classification import *
from .pairs import *
from .regression import *

if not TYPE_CHECKING:  # as in nn/layers
    __all__ = [*classification.__all__, *pairs.__all__, *regression.__all__]
