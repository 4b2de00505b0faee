"""Checking gradients, ours or yours: gradcheck, the laws of differentiation, and Hypothesis strategies.

    from autograd.testing import adjoint_test, check_operation, gradcheck, taylor_test
    gradcheck(f, x)  # raises, and says where and why, if the derivatives of f disagree with its differences
    taylor_test(f, x)  # ... if a Taylor polynomial's remainder does not fall as fast as right derivatives make it
    adjoint_test(f, x)  # ... if <u, J v> is not <Jᵀ u, v>
    check_operation(f, x)  # ... if f breaks one of the laws that an operation must fulfil

    from autograd.testing import given_gradcheck, strategies as st  # need Hypothesis

    @given_gradcheck(x=st.tensors((3,)), y=st.away_from(0.0))  # the same as a property test
    def test_division(x, y):
        return x / y

Convention: nothing passes silently. NaN, kinks, disconnected inputs and random functions each have a verdict of their
own; integers are refused. Options that there are not raise ValueError, inputs that cannot be differentiated TypeError;
Hypothesis, where it is needed and missing, ImportError.
"""

import importlib
from typing import TYPE_CHECKING

from . import laws
from .adjoint import AdjointError, AdjointReport, adjoint_test
from .check_operation import LawReport, check_operation
from .gradcheck import gradcheck
from .laws import Broken
from .report import Finding, GradientError, Report
from .taylor import TaylorError, TaylorReport, taylor_test

__all__ = [
    "AdjointError", "AdjointReport", "Broken", "Finding", "GradientError", "LawReport", "Report", "TaylorError",
    "TaylorReport", "adjoint_test", "check_operation", "gradcheck", "laws", "taylor_test",
]  # fmt: skip

if TYPE_CHECKING:
    from .given import given_gradcheck as given_gradcheck
else:

    def __getattr__(name: str) -> object:
        """What needs Hypothesis is imported when it is asked for."""
        if name == "given_gradcheck":
            return importlib.import_module(".given", __name__).given_gradcheck
        raise AttributeError(f"module 'autograd.testing' has no attribute {name!r}")
