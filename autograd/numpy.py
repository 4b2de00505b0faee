"""HIPS autograd has a module of this name, which wraps NumPy; Chalkgrad differentiates NumPy's own functions."""

raise ImportError("autograd.numpy: this autograd is Chalkgrad, which differentiates NumPy's own functions. Write "
                  "'import numpy as np' instead", name="autograd.numpy")  # fmt: skip
