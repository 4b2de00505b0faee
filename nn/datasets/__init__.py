"""Data to learn from: images that ship with the library or lie on the disk, and the lecture's toy sets.

Convention: images are float32 of shape (n, channels, height, width) between 0 and 1, classes are integers from 0.
"""

from . import folder, toys
from .fashion import fashion_mnist
from .folder import *
from .handwritten import digits
from .idx_file import idx
from .split import Split
from .toys import *

__all__ = ["Split", "digits", "fashion_mnist", "idx", *folder.__all__, *toys.__all__]
