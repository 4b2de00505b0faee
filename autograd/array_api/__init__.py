"""The Python array API standard (2024.12) on tensors: functions that take and give tensors, and are differentiable.

Convention: names, arguments and dtypes are the standard's; values and promotion are NumPy's. What is tracked stays
tracked; results that are integers or truth values are not, and what has no derivative at all says so. Code written for
the standard gets this module by ``x.__array_namespace__()``. Arrays and numbers are taken, too; they become tensors.
TypeError is raised for what are no numbers, ValueError for another device than "cpu".
Source: https://data-apis.org/array-api/2024.12/.
"""

from __future__ import annotations

import importlib
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..declare import declare_late
from . import creation, dtypes, elementwise, linear_algebra, manipulation, searching, statistical
from . import fft as fft
from . import linalg as linalg
from .creation import *
from .dtypes import *
from .elementwise import *
from .info import Info
from .linear_algebra import *
from .manipulation import *
from .searching import *
from .statistical import *

if not TYPE_CHECKING:  # which takes all that the stars import
    _files = creation, dtypes, elementwise, linear_algebra, manipulation, searching, statistical
    _others = ["__array_api_version__", "__array_namespace_info__", "e", "fft", "inf", "linalg", "nan", "newaxis", "pi"]
    __all__ = sorted([*(name for file in _files for name in file.__all__), *_others])

__array_api_version__ = "2024.12"
e, inf, nan, newaxis, pi = math.e, math.inf, math.nan, None, math.pi


def __getattr__(name: str) -> Any:
    """What other libraries look for beyond the standard: SciPy's special functions, and NumPy's that tensors take."""
    if name == "lib":  # of its sliding_window_view
        return np.lib
    if name == "special":
        return importlib.import_module("..special", __name__)
    function = getattr(np, name, None)
    if callable(function) and declare_late(function):
        return function
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __array_namespace_info__() -> Info:
    """What there is: ``capabilities()``, ``dtypes()``, ``default_dtypes()``, ``devices()``, ``default_device()``."""
    return Info()
