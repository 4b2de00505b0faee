"""``scipy.optimize`` for tensors: solutions with their derivatives by all that they depend on, to any order.

Convention: SciPy (the extra ``scipy``) finds the solution, and its names, arguments and results are kept. Functions are
called with plain arrays while SciPy looks for it, and with tensors for derivatives. A derivative is that of the exact
solution, by the implicit function theorem: it is as exact as the solution is. ``args`` are further arguments of the
function, in a tuple: numbers, arrays, tensors, and nests of them; tensors that the function uses besides have
derivatives, too. x0, a bracket, or where else the search begins, has none: the solution does not depend on it.

Where derivatives are wanted, RuntimeError is raised if SciPy found no solution, LinAlgError if the Jacobian at the
solution is singular, and TypeError if an option (a tolerance) is tracked, or the equations of complex unknowns have no
complex derivative. Where SciPy is not installed, a call raises
ImportError.
"""

from . import elementwise, fitting, minima, scalar, systems
from .fitting import *
from .minima import *
from .scalar import *
from .systems import *

__all__ = ["elementwise", *fitting.__all__, *minima.__all__, *scalar.__all__, *systems.__all__]
