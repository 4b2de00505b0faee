"""Least squares and fits of curves: ``scipy.optimize.least_squares`` and ``curve_fit``.

Convention: x is where ½ Σ ρ(rᵢ²) is least, r being the residuals; ``optimum.py`` says which equations x solves there,
with all second derivatives of r, not by the approximation of Gauss and Newton.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import plain
from ..extras import extra
from ..functional.closed import NUMBERS, Closed, Given, numbers, refuse, tracked, vector
from .optimum import optimum
from .systems import lost

__all__ = ["curve_fit", "least_squares"]

# ρ(z) of z = (r / scale)²
LOSSES: dict[str, Callable[[Any], Any]] = {
    "linear": lambda z: z,
    "soft_l1": lambda z: 2 * (np.sqrt(1 + z) - 1),
    "huber": lambda z: np.where(z <= 1, z, 2 * np.sqrt(np.where(z <= 1, 1.0, z)) - 1),
    "cauchy": lambda z: np.log1p(z),
    "arctan": lambda z: np.arctan(z),
}


def least_squares(
    fun: Callable[..., Any], x0: Any, jac: Any = None, bounds: Any = (-np.inf, np.inf), method: str = "trf",
    ftol: float | None = 1e-8, xtol: float | None = 1e-8, gtol: float | None = 1e-8, x_scale: Any = None,
    loss: str = "linear", f_scale: float = 1.0, args: Any = (), kwargs: dict[str, Any] | None = None, **options: Any,
) -> Any:  # fmt: skip
    """The x where ½ Σ ρ(fun(x, *args, **kwargs)²) is least, by ``scipy.optimize.least_squares``.

    What is returned is SciPy's result. Its ``x`` (n,), ``fun`` (m,) and ``cost``, and for the linear loss ``jac``
    (m, n) and ``grad`` (n,), are tensors where anything is tracked, and have all derivatives by ``args``, ``kwargs``
    and ``bounds``; its other entries are plain numbers.

    ``fun``      the residuals: an array, a tensor or a list (m,)
    ``x0``       (n,), where to begin. x does not depend on it
    ``jac``      a function for their Jacobian (m, n), or SciPy's "2-point", ...; by default it is computed here
    ``bounds``   (lower, upper): numbers or (n,), or SciPy's ``Bounds``
    ``method``   "trf", "dogbox", "lm"
    ``ftol`` ``xtol`` ``gtol``  tolerances
    ``x_scale``  of the unknowns, as SciPy has it
    ``loss``     ρ: "linear", "soft_l1", "huber", "cauchy" or "arctan"
    ``f_scale``  the residual from which on ρ bends
    ``args``     further arguments of fun, in a tuple, and ``kwargs`` in a dict
    ``options``  others of SciPy's: ``max_nfev``, ``diff_step``, ...

    Where derivatives are wanted, RuntimeError is raised if SciPy finds no minimum, LinAlgError if the Hessian is
    singular, ValueError if a bound is reached but not pressed on, or for a loss that there is not, and TypeError if an
    option is tracked.
    """
    scipy = extra("scipy.optimize", "scipy", "autograd.optimize.least_squares")
    refuse("least_squares", ftol=ftol, xtol=xtol, gtol=gtol, x_scale=x_scale, f_scale=f_scale, **options)
    if loss not in LOSSES:
        raise ValueError(f"least_squares: loss is one of {', '.join(LOSSES)}, got {loss!r}")
    start = np.atleast_1d(np.asarray(numbers(x0), dtype=float))
    limits = (bounds.lb, bounds.ub) if hasattr(bounds, "lb") else bounds
    lower, upper = (vector(b) + np.zeros(start.size) for b in limits)
    given = Given("least_squares", (args if isinstance(args, tuple) else (args,), kwargs or {}, (lower, upper)))
    numeric = given(given.arrays)

    def residuals(x: Any, now: Any) -> Any:
        return np.reshape(vector(fun(x, *now[0], **now[1])), -1)

    def objective(x: Any, now: Any) -> Any:
        return 0.5 * f_scale**2 * np.sum(LOSSES[loss]((residuals(x, now) / f_scale) ** 2))

    slope = jac
    if callable(jac):
        slope = lambda x: numbers(jac(x, *numeric[0], **numeric[1]))  # noqa: E731
    elif jac is None:
        slope = lambda x: Closed(lambda x: residuals(x, numeric), [x]).jacobian()[0]  # noqa: E731
    if x_scale is not None:
        options["x_scale"] = x_scale
    with NUMBERS:
        found = scipy.least_squares(
            lambda x: numbers(residuals(x, numeric)), start, slope, numeric[2], method, ftol, xtol, gtol, loss=loss,
            f_scale=f_scale, **options,
        )  # fmt: skip
    rows = [lambda x, now: (x, *now[2])] if np.any(np.isfinite(plain(lower)) | np.isfinite(plain(upper))) else []
    x = optimum("least_squares", objective, np.array(found.x), given, rows)
    if tracked(x):
        if not found.success:
            raise lost("least_squares", found.message)
        now = given(given.tensors)
        found.fun, found.cost = residuals(x, now), objective(x, now)
        if loss == "linear":
            found.jac = Closed(lambda x: residuals(x, now), [x]).jacobian()[0]
            found.grad = found.jac.T @ found.fun
    found.x = x
    return found


def curve_fit(
    f: Callable[..., Any], xdata: Any, ydata: Any, p0: Any = None, sigma: Any = None, absolute_sigma: bool = False,
    check_finite: bool = True, bounds: Any = (-np.inf, np.inf), method: str | None = None, jac: Any = None,
    **options: Any,
) -> tuple[Any, Any]:  # fmt: skip
    """The parameters p (n,) where Σ ((f(xdata, *p) - ydata) / sigma)² is least, and their covariance (n, n).

    By ``scipy.optimize.curve_fit``. Both are tensors where anything is tracked, and have all derivatives by ``xdata``,
    ``ydata``, ``sigma``, and by tensors that f uses. The covariance is (JᵀJ)⁻¹, J the Jacobian of the weighted
    residuals, times Σ r²/(m - n) unless ``absolute_sigma``.

    ``f``               the curve, f(xdata, p₁, p₂, ...), of shape (m,)
    ``xdata``           where: any array, or what f takes in its place
    ``ydata``           (m,), what was measured there
    ``p0``              (n,), where to begin; by default ones, as many as f has parameters
    ``sigma``           (m,), the standard deviations of ydata, or (m, m), their covariance
    ``absolute_sigma``  is sigma known, not only its ratios?
    ``check_finite``    raise ValueError if there is a NaN or an infinity in the data
    ``bounds``          (lower, upper): numbers or (n,). No bound may be reached, if derivatives are wanted
    ``method``          "lm", "trf", "dogbox"
    ``jac``             a function for the Jacobian; by default it is computed here
    ``options``         others of SciPy's, of ``leastsq`` or ``least_squares``: ``maxfev``, ``ftol``, ...

    Where derivatives are wanted, LinAlgError is raised if the Hessian is singular, and TypeError if an option is
    tracked; if SciPy finds no minimum, RuntimeError is raised in any case.
    """
    scipy = extra("scipy.optimize", "scipy", "autograd.optimize.curve_fit")
    refuse("curve_fit", bounds=bounds, **options)
    if options.get("full_output") or options.get("nan_policy") is not None:
        raise TypeError("curve_fit: full_output and nan_policy are not taken: call scipy.optimize.curve_fit for these")
    given = Given("curve_fit", (xdata, ydata, sigma))
    where, measured, deviation = given(given.arrays)

    def by_engine(x: Any, *p: float) -> Any:
        return Closed(lambda p: np.reshape(vector(f(x, *p)), -1), [np.array(p)]).jacobian()[0]

    slope = by_engine if jac is None else (lambda x, *p: numbers(jac(x, *p))) if callable(jac) else jac

    @functools.wraps(f)  # SciPy looks how many parameters it has
    def numeric(x: Any, *p: float) -> Any:
        return numbers(f(x, *p))

    with NUMBERS:
        found, covariance = scipy.curve_fit(
            numeric, where, measured, None if p0 is None else numbers(p0), deviation, absolute_sigma,
            check_finite, bounds, method, slope, **options,
        )  # fmt: skip

    def residuals(p: Any, now: Any) -> Any:
        r = np.reshape(vector(f(now[0], *p)) - now[1], -1)
        if now[2] is None:
            return r
        sigma = vector(now[2])
        return np.linalg.solve(np.linalg.cholesky(sigma), r) if sigma.ndim == 2 else r / sigma

    p = optimum("curve_fit", lambda p, now: 0.5 * np.sum(residuals(p, now) ** 2), np.array(found), given)
    if not tracked(p):
        return p, covariance
    now = given(given.tensors)
    r = residuals(p, now)
    near = Closed(lambda p: residuals(p, now), [p])
    matrix = near.jacobian()[0]
    inverse = np.linalg.inv(matrix.T @ matrix)
    return p, inverse if absolute_sigma else inverse * (np.sum(r**2) / (r.size - p.size))
