"""Files of arrays: ``save`` and ``load`` the weights of a module; ``write`` any file whole or not at all.

Convention: the suffix names the format, ``.safetensors`` or ``.npz``; another one raises ``FileError``, which is a
ValueError.
"""

from . import save_load
from .npy_in_zip import check_size as check_size
from .save_load import *

__all__ = save_load.__all__
