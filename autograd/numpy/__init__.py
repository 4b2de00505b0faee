"""NumPy's namespace, as programs for HIPS autograd import it: ``import autograd.numpy as np``.

Convention: what NumPy's protocols differentiate is NumPy's own (``autograd.numpy.tanh is numpy.tanh``). Functions of
arrays take lists with tensors in them, ``np.array`` of a tensor is a tensor, and where a function is constant between
its jumps, as floor is, it gives plain numbers. ``import numpy as np`` serves as well where no list holds tensors.
"""

from __future__ import annotations

from typing import Any

import numpy as _numpy

from ..hips import arrays as _arrays
from ..hips.lists import at_home as _at_home
from ..hips.lists import namespace as _namespace
from ..hips.lists import of_steps as _of_steps
from . import fft as fft
from . import linalg as linalg
from . import numpy_boxes as numpy_boxes
from . import numpy_vjps as numpy_vjps
from . import numpy_vspaces as numpy_vspaces
from . import random as random
from .numpy_vjps import make_diagonal as make_diagonal
from .numpy_vjps import metadata as metadata

_STEPS = "around", "ceil", "fix", "floor", "floor_divide", "rint", "round", "sign", "trunc"

_names = _namespace(_numpy)
_names |= {name: _of_steps(_names[name]) for name in _STEPS}
_names |= {name: getattr(_arrays, name) for name in _arrays.__all__}
_names["row_stack"] = _names["vstack"]
globals().update(_at_home(_names, __name__))

__version__ = numpy_version = _numpy.__version__


def __getattr__(name: str) -> Any:
    """What NumPy imports late, and its own error for what it does not have."""
    return getattr(_numpy, name)
