"""Special functions: a file for each family, and softmax."""

from . import erf, gelu, numpy, scipy, softmax  # noqa: F401
