"""Files of arrays: ``save`` and ``load`` the weights of a module; ``write`` any file whole or not at all."""

from . import weights
from .weights import *

__all__ = weights.__all__
