"""Checking gradients, ours or yours: gradcheck, the laws of differentiation, and Hypothesis strategies.

    from autograd.testing import gradcheck
    gradcheck(f, x)  # raises, and says where and why, if the derivatives of f are not its differences

    from autograd.testing import strategies  # needs Hypothesis

Convention: nothing passes silently: NaN, kinks, inputs that are ignored, integers and functions that are
random each have a verdict of their own.
"""

from . import laws
from .check import gradcheck
from .laws import Broken
from .verdict import GradientError, Verdict

__all__ = ["Broken", "GradientError", "Verdict", "gradcheck", "laws"]
