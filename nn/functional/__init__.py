"""Operations that networks need, as functions of tensors or arrays.

Convention: the names and the order of arguments are PyTorch's. The first axis counts the samples, the second channels
or classes, unless a function says otherwise. The result is a tensor if an operand is one, and differentiable.
ValueError is raised where shapes do not fit each other or an option is none of those named here, TypeError where an
operand does not hold numbers.
"""

import types
from typing import TYPE_CHECKING

from autograd.absent import absent_names as _absent_names
from autograd.ops.activation import *

from .activations import *
from .attention import *
from .convolution.arguments import *
from .distances import *
from .dropout import *
from .embedding import *
from .interpolation import *
from .linear import *
from .losses.binary import *
from .losses.classes import *
from .losses.counts import *
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
from .teaching import teaching as _teaching

if not TYPE_CHECKING:  # which takes all that the stars import
    _hidden = (types.ModuleType, bool)  # files, and TYPE_CHECKING
    __all__ = [name for name, thing in globals().items() if name[0] != "_" and not isinstance(thing, _hidden)]
    globals().update(_teaching(vars(), __all__))
    __getattr__ = _absent_names(
        __name__,
        {
            "mse": "mse_loss(input, target)",
            "nll": "nll_loss(input, target)",
            "bce": "binary_cross_entropy(input, target), or binary_cross_entropy_with_logits",
            "mae": "l1_loss(input, target)",
            "conv": "conv1d or conv2d",
            "dense": "linear(x, weight, bias)",
        },
    )
