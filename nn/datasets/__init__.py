"""Data to learn from: images that ship with the project or lie on the disk, and the lecture's toy sets.

Convention: images are float32 of shape (n, channels, height, width) between 0 and 1, classes are integers from 0.
"""

from .fashion import fashion_mnist
from .folder import ImageFolder, image_folder
from .handwritten import digits
from .idx_file import idx
from .split import Split
from .toys import blobs, circles, moons, spiral, xor

__all__ = [
    "ImageFolder",
    "Split",
    "blobs",
    "circles",
    "digits",
    "fashion_mnist",
    "idx",
    "image_folder",
    "moons",
    "spiral",
    "xor",
]
