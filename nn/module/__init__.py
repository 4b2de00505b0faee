"""Module: a function with parameters, which are found, named, saved and loaded."""

from . import errors, inside, modes, module, parameter, printing
from .errors import *
from .inside import *
from .modes import *
from .module import *
from .parameter import *
from .printing import *

__all__ = [*errors.__all__, *inside.__all__, *modes.__all__, *module.__all__, *parameter.__all__, *printing.__all__]
