"""The layers, one file per kind: the classes in a file's ``__all__`` are ``nn.<name>``."""

from typing import TYPE_CHECKING

from .activations import *
from .attention import *
from .batch_norm import *
from .cells import *
from .containers import *
from .convolution import *
from .dropout import *
from .embedding import *
from .linear import *
from .normalisation import *
from .pooling import *
from .rbf import *
from .recurrent import *
from .shape import *
from .transformer import *

if not TYPE_CHECKING:  # which takes all that the stars import
    __all__ = [name for name, layer in globals().items() if isinstance(layer, type)]
