"""Special functions: a file for each family, and softmax."""

from . import erf, gelu, logsumexp, scipy, softmax  # noqa: F401
