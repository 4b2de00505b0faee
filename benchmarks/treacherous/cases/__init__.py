"""The cases, one file a topic. They import NumPy and what a case is, so that HIPS autograd's environment has them too."""

from . import buffers, corners, detached, inplace, precision, sweeps, training  # noqa: F401  (each adds to CASES)
