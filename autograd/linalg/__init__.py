"""``scipy.linalg`` for tensors and arrays: same names, same arguments, differentiable.

Convention: this folder offers what SciPy writes in Python, where tensors cannot enter. Call by NumPy's name what NumPy
has, too: ``np.linalg.cholesky(t)``. Functions of matrices, ``solve_triangular`` and ``solve_sylvester`` import SciPy at
their first call; the others need NumPy alone. Arrays that are no matrices of the right shape raise ValueError, arrays
of libraries that SciPy does not take TypeError, and a missing SciPy ImportError.
"""

from . import equations, functions, structured, triangular
from .equations import *
from .functions import *
from .structured import *
from .triangular import *

__all__ = sorted([*equations.__all__, *functions.__all__, *structured.__all__, *triangular.__all__])
