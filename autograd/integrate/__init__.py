"""``scipy.integrate`` for tensors: differential equations and integrals, differentiable to any order and in both modes.

Convention: SciPy (the extra ``scipy``) computes the numbers, and its names, arguments and results are kept. Where it is
not installed, a call raises ImportError.
"""

from . import ode, quadrature
from .ode import *
from .quadrature import *

__all__ = [*ode.__all__, *quadrature.__all__]
