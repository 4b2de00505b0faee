"""The cases, one file a topic. They import NumPy and what a case is: HIPS autograd's environment has no more.

Each file adds its cases to ``judging.CASES``.
"""

from . import buffers, corners, detached, inplace, precision, sweeps, training  # noqa: F401
