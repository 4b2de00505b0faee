"""Module: a function with parameters, which are found, named, saved and loaded."""

from . import errors, module, parameter, printing, walk
from .errors import *
from .module import *
from .parameter import *
from .printing import *
from .walk import *

__all__ = [*errors.__all__, *module.__all__, *parameter.__all__, *printing.__all__, *walk.__all__]
