"""Checking gradients, ours or yours: gradcheck, the laws of differentiation, and Hypothesis strategies.

    from autograd.testing import gradcheck
    gradcheck(f, x)  # raises, and says where and why, if the derivatives of f disagree with its differences

    from autograd.testing import strategies  # needs Hypothesis

Convention: nothing passes silently. NaN, kinks, disconnected inputs and random functions each have a verdict of their
own; integers are refused.
"""

from . import laws
from .check_operation import LawReport, check_operation
from .gradcheck import gradcheck
from .laws import Broken
from .report import Finding, GradientError, Report

__all__ = [
    "Broken", "Finding", "GradientError", "LawReport", "Report", "check_operation", "gradcheck", "laws",
]  # fmt: skip
