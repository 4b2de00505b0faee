"""Losses as modules: PyTorch's names and options. ``nn/functional/losses`` computes them.

Convention: a loss takes output and target; ``reduction`` is 'mean', 'sum' or 'none'. Weights are buffers, as PyTorch's.
"""

from typing import TYPE_CHECKING

from .classification import *
from .pairs import *
from .regression import *

if not TYPE_CHECKING:  # which takes all that the stars import
    __all__ = [name for name, loss in globals().items() if isinstance(loss, type)]
