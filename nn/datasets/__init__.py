"""Data to learn from: images that ship with the library or lie on the disk, and the lecture's toy sets.

Convention: images are float32 of shape (n, channels, height, width) between 0 and 1, classes are integers from 0. The
toy sets give ``(x, d)``, points float32 (n, 2) and classes int64 (n,), alternating; ``noise`` is the standard deviation
of Gaussian noise on each coordinate. ValueError is raised for options that do not go together and for a negative
``noise``, ``FileError``, which is a ValueError, for a damaged or foreign file, ImportError where an extra is missing.
"""

from . import folder, toys
from .fashion import fashion_mnist
from .folder import *
from .handwritten import digits
from .idx_file import idx
from .split import Split
from .toys import *

__all__ = ["Split", "digits", "fashion_mnist", "idx", *folder.__all__, *toys.__all__]
