"""The layers, one file per kind: a file's ``__all__`` lists those that are ``nn.<name>``."""

from typing import TYPE_CHECKING

from . import (
    activations,
    adaptive,
    attention,
    batch_norm,
    cells,
    containers,
    convolution,
    dropout,
    embedding,
    linear,
    normalisation,
    pooling,
    radial,
    recurrent,
    resampling,
    shape,
    transformer,
)
from .activations import *
from .adaptive import *
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
from .radial import *
from .recurrent import *
from .resampling import *
from .shape import *
from .transformer import *

if not TYPE_CHECKING:  # a type checker sees what the stars import; mypy would read a list only if it were all strings
    __all__ = [
        *activations.__all__, *adaptive.__all__, *attention.__all__, *batch_norm.__all__, *cells.__all__,
        *containers.__all__, *convolution.__all__, *dropout.__all__, *embedding.__all__, *linear.__all__,
        *normalisation.__all__, *pooling.__all__, *radial.__all__, *recurrent.__all__, *resampling.__all__,
        *shape.__all__, *transformer.__all__,
    ]  # fmt: skip
