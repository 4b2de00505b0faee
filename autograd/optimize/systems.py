"""Systems of equations and fixed points: ``scipy.optimize.root`` and ``fixed_point``.

Convention: SciPy finds x, and ``implicit.py`` has its derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..extras import extra
from ..functional.by_values import takes_values
from ..functional.closed import NUMBERS, Closed, Given, numbers, refuse, tracked, vector
from .implicit import implicit

__all__ = ["fixed_point", "root"]

BY_JACOBIAN = ("hybr", "lm")


@takes_values("args", gives=["x"])
def root(
    fun: Callable[..., Any], x0: Any, args: Any = (), method: str = "hybr", jac: Any = None, tol: float | None = None,
    callback: Callable[..., Any] | None = None, options: dict[str, Any] | None = None,
) -> Any:  # fmt: skip
    """The x with fun(x, *args) = 0, by ``scipy.optimize.root``; dx = -(∂fun/∂x)⁻¹ (∂fun/∂args) dargs.

    What is returned is SciPy's result; its ``x`` (n,) is a tensor where anything is tracked, and has all derivatives by
    ``args``. Its other entries are plain numbers.

    ``fun``       as many equations as there are unknowns: an array, a tensor or a list (n,)
    ``x0``        (n,), where to begin. x does not depend on it
    ``args``      further arguments of fun, in a tuple: numbers, arrays, tensors, and nests of them
    ``method``    "hybr", "lm", "broyden1", "krylov", ... as SciPy has them
    ``jac``       a function for the Jacobian, True if fun returns it, too, False for SciPy's estimate; by default it is
                  computed here where the method needs one
    ``tol``       the tolerance
    ``callback``  called after each step, by some methods
    ``options``   of the method

    Where derivatives are wanted, RuntimeError is raised if SciPy finds no solution, LinAlgError if the Jacobian is
    singular at it, and TypeError if ``tol`` or an option is tracked.
    """
    scipy = extra("scipy.optimize", "scipy", "autograd.optimize.root")
    refuse("root", tol=tol, options=options)
    given = Given("root", args if isinstance(args, tuple) else (args,))
    start = np.asarray(numbers(x0), dtype=float) if numbers(x0).dtype.kind not in "fc" else numbers(x0)

    def equations(x: Any, *values: Any) -> Any:
        y = fun(x, *given(values))
        return vector(y[0] if jac is True else y)

    def numeric(x: Any) -> Any:
        y = fun(x, *given(given.arrays))
        return (numbers(y[0]), numbers(y[1])) if jac is True else numbers(y)

    slope: Any = jac
    if callable(jac):
        slope = lambda x: numbers(jac(x, *given(given.arrays)))  # noqa: E731
    elif jac is None:
        slope = (lambda x: Closed(lambda x: equations(x, *given.arrays), [x]).jacobian()[0]) if (
            method in BY_JACOBIAN
        ) else None  # fmt: skip
    with NUMBERS:
        found = scipy.root(numeric, start, method=method, jac=slope, tol=tol, callback=callback, options=options)
    x = implicit("root", equations, np.array(found.x), given.tensors, tensor=given.tensor or tracked(x0))
    if tracked(x) and not found.success:
        raise lost("root", found.message)
    found.x = x
    return found


@takes_values("args")
def fixed_point(
    func: Callable[..., Any], x0: Any, args: Any = (), xtol: float = 1e-8, maxiter: int = 500, method: str = "del2"
) -> Any:
    """The x with func(x, *args) = x, by ``scipy.optimize.fixed_point``; dx = (1 - ∂func/∂x)⁻¹ (∂func/∂args) dargs.

    It is an array of the shape of ``x0``, or a tensor where anything is tracked.

    ``func``     gives the next x, of the shape of x
    ``x0``       a number or any array, where to begin. x does not depend on it
    ``args``     further arguments of func, in a tuple: numbers, arrays, tensors, and nests of them
    ``xtol``     the relative tolerance
    ``maxiter``  the largest number of steps
    ``method``   "del2": Aitken's steps of each element; "iteration": func again and again

    RuntimeError is raised if SciPy finds no solution, LinAlgError if derivatives are wanted and 1 - ∂func/∂x is
    singular, TypeError if an option is tracked.
    """
    scipy = extra("scipy.optimize", "scipy", "autograd.optimize.fixed_point")
    refuse("fixed_point", xtol=xtol, maxiter=maxiter)
    given = Given("fixed_point", args if isinstance(args, tuple) else (args,))

    def equations(x: Any, *values: Any) -> Any:
        return x - vector(func(x, *given(values)))

    with NUMBERS:
        found = scipy.fixed_point(
            lambda x: numbers(func(x, *given(given.arrays))), numbers(x0), (), xtol, maxiter, method
        )
    tensor = given.tensor or tracked(x0)
    return implicit("fixed_point", equations, np.array(found), given.tensors, tensor=tensor)


def lost(who: str, message: str) -> RuntimeError:
    return RuntimeError(
        f"{who}: SciPy found no solution, so there is no derivative: {' '.join(message.split())} Begin elsewhere (x0), "
        "try another method, or allow more steps; detach the arguments to look at the result as it is"
    )
