"""Minima: ``scipy.optimize.minimize`` and ``minimize_scalar``.

Convention: SciPy finds x, with gradients and Hessians of this engine; ``optimum.py`` says which equations x solves, and
``implicit.py`` has its derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..declare import plain
from ..extras import extra
from ..functional import grad, hessian, value_and_grad
from ..functional.by_values import takes_values
from ..functional.closed import NUMBERS, Given, numbers, refuse, tracked, vector
from .constraints import bounds_of, for_scipy, parts_of, rows_of
from .implicit import implicit
from .optimum import optimum
from .systems import lost

__all__ = ["minimize", "minimize_scalar"]

WITHOUT_GRADIENT = ("nelder-mead", "powell", "cobyla", "cobyqa")
BY_HESSIAN = ("newton-cg", "dogleg", "trust-exact", "trust-krylov", "trust-ncg")


@takes_values("args", gives=["x", "fun"])
def minimize(
    fun: Callable[..., Any], x0: Any, args: Any = (), method: Any = None, jac: Any = None, hess: Any = None,
    hessp: Callable[..., Any] | None = None, bounds: Any = None, constraints: Any = (), tol: float | None = None,
    callback: Callable[..., Any] | None = None, options: dict[str, Any] | None = None,
) -> Any:  # fmt: skip
    """The x where fun(x, *args) is least, by ``scipy.optimize.minimize``; dx = -(∂²fun/∂x²)⁻¹ (∂²fun/∂x∂args) dargs.

    What is returned is SciPy's result. Its ``x`` (n,) and ``fun`` are tensors where anything is tracked, and have all
    derivatives by ``args``, bounds, and constraints; its other entries are plain numbers. x is as exact as the
    tolerance makes it, and so are its derivatives.

    ``fun``          a function whose result is one number
    ``x0``           (n,), where to begin. x does not depend on it
    ``args``         further arguments of fun, in a tuple: numbers, arrays, tensors, and nests of them
    ``method``       "BFGS", "L-BFGS-B", "trust-exact", ... as SciPy has them
    ``jac``          the gradient: a function, True if fun returns it, too; by default it is computed here
    ``hess``         the Hessian, or ``hessp``, its product with a vector; by default it is computed here where the
                     method needs it
    ``bounds``       pairs (lower, upper), None for no bound, or SciPy's ``Bounds``
    ``constraints``  dicts, or SciPy's ``LinearConstraint`` and ``NonlinearConstraint``; one or a list of them
    ``tol``          the tolerance
    ``callback``     called after each step
    ``options``      of the method

    Where derivatives are wanted, RuntimeError is raised if SciPy finds no minimum, LinAlgError if the Hessian (with
    constraints: the matrix of all equations) is singular, ValueError if a bound or constraint is reached but not
    pressed on, and TypeError if ``tol`` or an option is tracked.
    """
    scipy = extra("scipy.optimize", "scipy", "autograd.optimize.minimize")
    refuse("minimize", tol=tol, options=options)
    start = np.ravel(np.asarray(numbers(x0), dtype=float))
    lower, upper = bounds_of(bounds, start.size)
    limits = list(constraints) if isinstance(constraints, list | tuple) else [constraints]
    arguments = args if isinstance(args, tuple) else (args,)
    given = Given("minimize", (arguments, (lower, upper), [parts_of(limit) for limit in limits]))
    numeric = given(given.arrays)

    def objective(x: Any, now: Any) -> Any:
        y = fun(x, *now[0])
        return np.reshape(vector(y[0] if jac is True else y), ())

    def at(x: Any) -> Any:
        return objective(x, numeric)

    def value(x: Any) -> float:
        return float(numbers(at(x)))

    name = method.lower() if isinstance(method, str) else method
    extras: dict[str, Any] = {"hess": hess, "hessp": hessp}
    function: Any = value
    if callable(jac):
        extras["jac"] = _numeric(jac, numeric[0])
    elif jac is True:
        function = _numeric(fun, numeric[0])
        extras["jac"] = True
    elif jac is None and name not in WITHOUT_GRADIENT:
        function = value_and_grad(at)
        extras["jac"] = True
    else:
        extras["jac"] = jac
    if callable(hess):
        extras["hess"] = _numeric(hess, numeric[0])
    elif hess is None and hessp is None and name in BY_HESSIAN:
        extras["hess"] = hessian(at)
    if hessp is not None:
        extras["hessp"] = _numeric(hessp, numeric[0])
    with NUMBERS:
        found = scipy.minimize(
            function, start, (), method, bounds=None if bounds is None else scipy.Bounds(*numeric[1]),
            constraints=[for_scipy(limit, parts, scipy) for limit, parts in zip(limits, numeric[2], strict=True)],
            tol=tol, callback=callback, options=options, **extras,
        )  # fmt: skip
    rows = [rows_of(limit, k) for k, limit in enumerate(limits)]
    if bounds is not None:
        rows.append(lambda x, now: (x, *now[1]))
    slope = (lambda x, now: vector(jac(x, *now[0]))) if callable(jac) else None
    x = optimum("minimize", objective, np.array(found.x), given, rows, slope)
    if tracked(x):
        if not found.success:
            raise lost("minimize", found.message)
        found.fun = objective(x, given(given.tensors))
    found.x = x
    return found


def _numeric(f: Callable[..., Any], args: Sequence[Any]) -> Callable[..., Any]:
    """A function of the user's as SciPy calls it: without args, and with plain numbers as its result or results."""

    def call(*x: Any) -> Any:
        y = f(*x, *args)
        return tuple(numbers(part) for part in y) if isinstance(y, tuple) else numbers(y)

    return call


@takes_values("args", gives=["x", "fun"])
def minimize_scalar(
    fun: Callable[..., Any], bracket: Sequence[Any] | None = None, bounds: Sequence[Any] | None = None, args: Any = (),
    method: str | None = None, tol: float | None = None, options: dict[str, Any] | None = None,
) -> Any:  # fmt: skip
    """The number x where fun(x, *args) is least, by ``scipy.optimize.minimize_scalar``.

    What is returned is SciPy's result. Its ``x`` and ``fun`` are tensors of no axes where anything is tracked. The
    gradient of fun must be 0 at x: a minimum at a bound has no derivatives here (``minimize`` has them).

    ``fun``      a function of a number, whose result is one number
    ``bracket``  two or three numbers to begin with, or ``bounds`` (a, b), for the method "bounded"
    ``args``     further arguments of fun, in a tuple: numbers, arrays, tensors, and nests of them
    ``method``   "brent", "golden", "bounded"
    ``tol``      the tolerance
    ``options``  of the method

    Where derivatives are wanted, RuntimeError is raised if SciPy finds no minimum, LinAlgError if ∂²fun/∂x² is 0 or the
    minimum is at a bound, and TypeError if bounds, ``tol`` or an option are tracked.
    """
    scipy = extra("scipy.optimize", "scipy", "autograd.optimize.minimize_scalar")
    refuse("minimize_scalar", bounds=bounds, tol=tol, options=options)
    given = Given("minimize_scalar", args if isinstance(args, tuple) else (args,))

    def objective(x: Any, *values: Any) -> Any:
        return np.reshape(vector(fun(x, *given(values))), ())

    with NUMBERS:
        found = scipy.minimize_scalar(
            lambda x: float(numbers(objective(x, *given.arrays))), plain(bracket), plain(bounds), (), method, tol,
            options,
        )  # fmt: skip
    x = implicit(
        "minimize_scalar", lambda x, *values: grad(lambda x: objective(x, *values))(x), np.array(found.x),
        given.tensors, diagonal=True, tensor=given.tensor,
    )  # fmt: skip
    if tracked(x):
        if not found.success:
            raise lost("minimize_scalar", str(getattr(found, "message", "")))
        found.fun = objective(x, *given.tensors)
    found.x = found.x if isinstance(x, np.ndarray) else x
    return found
