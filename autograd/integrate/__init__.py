"""``scipy.integrate`` for tensors: differential equations and integrals, differentiable to any order and in both modes.

Convention: SciPy (the extra ``scipy``) computes the numbers, and its names, arguments and results are kept. Where it is
not installed, a call raises ImportError. Integrals of values at points (``simpson``, ...) need NumPy alone, and raise
ValueError where values and points differ in number, or are too few or too many for a rule.
"""

from . import ode, quadrature, samples
from .ode import *
from .quadrature import *
from .samples import *

__all__ = [*ode.__all__, *quadrature.__all__, *samples.__all__]
