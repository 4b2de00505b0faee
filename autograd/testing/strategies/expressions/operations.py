"""All operations of random expressions."""

from .along_axes import REDUCE
from .elementwise import ELEMENTWISE
from .joined import JOIN, PRODUCT
from .rearranged import INDEX, SHAPE
from .spectral import FFT, LINALG

STEPS = [*ELEMENTWISE, *REDUCE, *SHAPE, *INDEX, *JOIN, *PRODUCT, *LINALG, *FFT]
