"""Operations that networks need, as functions of tensors or arrays: one file or room for each kind."""

from autograd.ops import activation
from autograd.ops.activation import *

from . import (
    activations,
    attention,
    convolution,
    distances,
    interpolation,
    losses,
    normalisation,
    pooling,
    precision,
    recurrent,
)
from . import dropout as _dropout
from . import embedding as _embedding
from . import linear as _linear
from . import pad as _pad
from .activations import *
from .attention import *
from .convolution.functions import *
from .distances import *
from .dropout import *
from .embedding import *
from .interpolation import *
from .linear import *
from .losses.binary import *
from .losses.classes import *
from .losses.cross_entropy import *
from .losses.margins import *
from .losses.regression import *
from .normalisation.functions import *
from .pad import *
from .pooling.adaptive import *
from .pooling.average import *
from .pooling.max import *
from .precision import *
from .recurrent.gru import *
from .recurrent.lstm import *
from .recurrent.rnn import *

__all__ = [
    *activation.__all__,
    *activations.__all__,
    *attention.__all__,
    *convolution.__all__,
    *distances.__all__,
    *_dropout.__all__,
    *_embedding.__all__,
    *interpolation.__all__,
    *_linear.__all__,
    *losses.__all__,
    *normalisation.__all__,
    *_pad.__all__,
    *pooling.__all__,
    *precision.__all__,
    *recurrent.__all__,
]
