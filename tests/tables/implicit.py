"""Solutions of equations, minima, fits, integrals and differential equations, beside their closed forms.

Convention: ``solved(name, found, exact, *args)`` has the same function twice: as SciPy's solvers compute it, and as a
formula. ``close`` is the relative error that the solver's tolerance explains. ``refused(name, f, error, says)`` is a
function of one number whose derivative at 1.0 there is none of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.optimize

from autograd import linalg, special
from autograd.integrate import odeint, quad, solve_ivp
from autograd.optimize import (
    brentq,
    curve_fit,
    elementwise,
    fixed_point,
    least_squares,
    minimize,
    minimize_scalar,
    newton,
    root,
    root_scalar,
)


@dataclass(frozen=True)
class Solved:
    name: str
    found: Callable[..., Any]
    exact: Callable[..., Any]
    args: tuple[Any, ...]
    close: float


@dataclass(frozen=True)
class Refused:
    name: str
    f: Callable[[Any], Any]
    error: type[Exception]
    says: str


SOLVED: list[Solved] = []
REFUSED: list[Refused] = []


def solved(
    name: str, found: Callable[..., Any], exact: Callable[..., Any], *args: Any, close: float = 1e-9
) -> None:  # fmt: skip
    SOLVED.append(Solved(name, found, exact, args, close))


def refused(name: str, f: Callable[[Any], Any], error: type[Exception], says: str) -> None:
    REFUSED.append(Refused(name, f, error, says))


A, B = np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([1.0, -2.0])
INF = np.inf


def cube(x: Any, a: Any) -> Any:
    return x**3 - a


def cbrt(a: Any) -> Any:
    return a ** (1 / 3)


def parts(z: Any) -> Any:
    return np.stack([np.real(z), np.imag(z)])


# ---------------------------------------------------------------- equations

solved(
    "a linear system with its arguments in a nest",
    lambda a, b: root(lambda x, p: p["a"] @ x - p["b"], np.zeros(2), ({"a": a, "b": b},)).x,
    np.linalg.solve, A, B,
)  # fmt: skip
solved(
    "a linear system of tensors from outside, as a list",
    lambda a, b: root(lambda x: [a[0] @ x - b[0], a[1] @ x - b[1]], np.zeros(2), method="lm").x, np.linalg.solve, A, B,
)  # fmt: skip
solved(
    "a function that gives its Jacobian, too",
    lambda a: root(lambda x, a: (x**3 - a, np.diag(3 * x**2)), np.ones(2), (a,), jac=True).x, cbrt,
    np.array([2.0, 3.0]),
)  # fmt: skip
solved(
    "broyden, and a shape of its own",
    lambda a: root(lambda x: cube(x, a), np.ones((2, 1)), method="broyden1", tol=1e-12).x, cbrt,
    np.array([[2.0], [1.5]]),
)  # fmt: skip
solved("brentq", lambda a: brentq(cube, 0, 3, (a,)), cbrt, 2.0)
solved("newton of each element", lambda a: newton(cube, np.ones(2), args=(a,)), cbrt, np.array([2.0, 3.0]))
solved("newton by secants", lambda a: newton(cube, 1.0, args=(a,), x1=2.0), cbrt, 2.0)
solved("halley", lambda a: root_scalar(cube, (a,), "halley", x0=1.0).root, cbrt, 2.0)
solved("root_scalar in a bracket", lambda a: root_scalar(cube, (a,), bracket=(0, 3)).root, cbrt, 2.0)
solved(
    "find_root", lambda a: elementwise.find_root(cube, (np.zeros(2), np.full(2, 4.0)), args=(a,)).x, cbrt,
    np.array([2.0, 3.0]),
)  # fmt: skip
solved(
    "find_minimum", lambda a: elementwise.find_minimum(lambda x, a: x**4 / 4 - a * x, (0.0, 1.0, 4.0), args=(a,)).f_x,
    lambda a: -0.75 * a ** (4 / 3), 2.0,
)  # fmt: skip
solved(
    "Heron's fixed point", lambda a: fixed_point(lambda x, a: (x + a / x) / 2, np.ones(2), (a,)), np.sqrt,
    np.array([2.0, 3.0]),
)  # fmt: skip
solved(
    "the wave from E - e sin E = M, a function of Kepler's equation",
    lambda m, e: (lambda big: big - e * np.sin(big) + np.sin(m))(root(lambda x: x - m - e * np.sin(x), m).x[0]),
    lambda m, e: m + np.sin(m) + 0 * e, 1.0, 0.3,
)  # fmt: skip

solved(
    "a complex root", lambda a: parts(newton(lambda z: z**3 - a - 1j, 1 + 0.5j)), lambda a: parts((a + 1j) ** (1 / 3)),
    2.0,
)  # fmt: skip

# ---------------------------------------------------------------- minima

QUADRATIC = {"fun": lambda x, a, b: x @ a @ x / 2 - b @ x, "x0": np.zeros(2)}
SYMMETRIC = [lambda a, b: np.linalg.solve((a + a.T) / 2, b), A, B]
solved("the minimum of a quadratic function", lambda a, b: minimize(**QUADRATIC, args=(a, b), tol=1e-9).x, *SYMMETRIC)
solved(
    "by a Hessian of ours", lambda b: minimize(**QUADRATIC, args=(A, b), method="trust-exact").x,
    lambda b: np.linalg.solve(A, b), B,
)  # fmt: skip
solved(
    "the least value", lambda b: minimize(**QUADRATIC, args=(A, b), method="Nelder-Mead", tol=1e-9).fun,
    lambda b: -b @ np.linalg.solve(A, b) / 2, B,
)  # fmt: skip
solved(
    "a bound that is reached, and moves",
    lambda p, u: minimize(lambda x: np.sum((x - p) ** 2) + x[0] * x[1], [0.0, 0.0], bounds=[(None, u), (-9, 9)],
                           tol=1e-12).x,
    lambda p, u: np.stack([u, p[1] - u / 2]), np.array([4.0, 3.0]), 1.0, close=1e-6,
)  # fmt: skip
solved(
    "a constraint that is an equation",
    lambda c: minimize(
        lambda x: x @ A @ x, [0.0, 0.0], constraints={"type": "eq", "fun": lambda x, c: x[0] + x[1] - c, "args": (c,)}
    ).x,
    lambda c: np.stack([c / 3, 2 * c / 3]), 2.0, close=1e-6,
)  # fmt: skip
solved(
    "a constraint that is pressed on, and one that is not",
    lambda c: minimize(
        lambda x: x @ x, [1.0, 2.0], constraints=[{"type": "ineq", "fun": lambda x: [x[0] * x[1] - c, x[0] + 9]}],
        tol=1e-12,
    ).x,
    lambda c: np.stack([np.sqrt(c), np.sqrt(c)]), 2.0, close=1e-6,
)  # fmt: skip
solved(
    "SciPy's LinearConstraint and NonlinearConstraint",
    lambda c: minimize(
        lambda x: x @ x - c * x[0], [1.0, 2.0], method="SLSQP", constraints=[
            scipy.optimize.LinearConstraint([[1.0, 1.0]], 1.0, 9.0),
            scipy.optimize.NonlinearConstraint(lambda x: x[0] * c, -9.0, 9.0),
        ],
    ).x,
    lambda c: np.stack([0.5 + c / 4, 0.5 - c / 4]), 1.0, close=1e-6,
)  # fmt: skip
solved("minimize_scalar", lambda p: minimize_scalar(lambda x: np.cosh(x - p**2) + p).x, lambda p: p**2, 1.5, close=1e-7)
solved(
    "a line of least squares",
    lambda x, y: least_squares(lambda p, x: p[0] * x + p[1] - y, [0.0, 0.0], args=(x,)).x,
    lambda x, y: np.linalg.solve(np.stack([x, np.ones(4)]) @ np.stack([x, np.ones(4)]).T, np.stack([x @ y, np.sum(y)])),
    np.array([0.0, 1.0, 2.0, 4.0]), np.array([1.0, 2.0, 2.5, 5.0]), close=1e-6,
)  # fmt: skip
solved(
    "the covariance of a fit, of its residuals and their Jacobian",
    lambda y: (lambda found: np.linalg.inv(found.jac.T @ found.jac) * found.cost + np.diag(found.grad))(
        least_squares(lambda p: p[0] * y - y**2 + 1, [0.0])),
    lambda y: (lambda p: np.sum((p * y - y**2 + 1) ** 2) / (2 * y @ y) + np.zeros((1, 1)))(y @ (y**2 - 1) / (y @ y)),
    np.array([1.0, 2.0, 2.5]), close=1e-6,
)  # fmt: skip
solved(
    "a robust mean: the loss of soft_l1, of two numbers",
    lambda y: least_squares(lambda p: p - y, [0.0], loss="soft_l1", xtol=1e-12, gtol=1e-12).x,
    lambda y: np.mean(y)[None], np.array([1.0, 2.0]), close=1e-6,
)  # fmt: skip
solved(
    "curve_fit of a line through 0: its slope and variance",
    lambda x, y: np.concatenate([np.ravel(p) for p in curve_fit(lambda x, a: a * x, x, y)]),
    lambda x, y: (lambda a: np.stack([a, np.sum((y - a * x) ** 2) / (2 * x @ x)]))(x @ y / (x @ x)),
    np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.5, 2.5]), close=1e-6,
)  # fmt: skip

solved(
    "a minimum inside a root: t = a / (1 + t)",
    lambda a: root(lambda t: t - a * minimize(lambda w: (w[0] - 1) ** 2 + t[0] * w[0] ** 2, [0.5], tol=1e-9).x, 1.0).x,
    lambda a: ((np.sqrt(1 + 4 * a) - 1) / 2)[None], 2.0, close=1e-6,
)  # fmt: skip

# ---------------------------------------------------------------- integrals

solved(
    "a Gaussian integral between ends that move",
    lambda s, a, b: quad(lambda x, s: np.exp(-s * x**2), a, b, (s,))[0],
    lambda s, a, b: np.sqrt(np.pi / s) / 2 * (special.erf(np.sqrt(s) * b) - special.erf(np.sqrt(s) * a)), 2.0, -0.3,
    0.8,
)  # fmt: skip
solved(
    "over all numbers, with tensors from outside",
    lambda s: quad(lambda x: np.exp(-s[0] * x**2 + s[1] * x), -INF, INF, (), 0, 1e-5, 1e-5)[0],
    lambda s: np.sqrt(np.pi / s[0]) * np.exp(s[1] ** 2 / (4 * s[0])), np.array([2.0, 0.5]), close=1e-5,
)  # fmt: skip
solved(
    "with a weight", lambda a: quad(lambda x, a: np.exp(-a * x), 0.0, INF, (a,), weight="cos", wvar=1.0)[0],
    lambda a: a / (1 + a**2), 1.5, close=1e-6,
)  # fmt: skip

# ---------------------------------------------------------------- differential equations

TIMES = np.array([0.0, 0.4, 1.0])
solved(
    "exponential decay: start, rate, and times", lambda y0, k, t: odeint(lambda y, t, k: -k * y, y0, t, (k,))[:, 0],
    lambda y0, k, t: y0 * np.exp(-k * (t - t[0])), 2.0, 1.5, TIMES, close=1e-6,
)  # fmt: skip
solved(
    "the logistic equation, rates from outside, backward in time",
    lambda y0, k: odeint(lambda t, y: [k * y[0] * (1 - y[0])], [y0], TIMES[::-1], tfirst=True)[:, 0],
    lambda y0, k: y0 / (y0 + (1 - y0) * np.exp(-k * (TIMES[::-1] - 1))), 0.3, 1.5, close=1e-6,
)  # fmt: skip
solved(
    "a damped oscillator by BDF, with our Jacobian",
    lambda k, c: solve_ivp(
        lambda t, y, k, c: [y[1], -k * y[0] - c * y[1]], (0, 1), [1.0, 0.0], "BDF", [1.0], args=(k, c), rtol=1e-5,
        atol=1e-7,
    ).y[0],
    lambda k, c: (lambda w: np.exp(-c / 2) * (np.cos(w) + c / 2 * np.sin(w) / w))(np.sqrt(k - c**2 / 4))[None],
    4.0, 0.3, close=1e-3,
)  # fmt: skip
solved(
    "a rate that changes with time, to an end that moves, by SciPy's own steps",
    lambda k, end: solve_ivp(
        lambda t, y: -k * t * y, (0.0, end), [1.0], "DOP853", rtol=1e-9, atol=1e-11
    ).y[0, -1],
    lambda k, end: np.exp(-k * end**2 / 2), 1.5, 1.2, close=1e-6,
)  # fmt: skip
solved(
    "rates that are one number for all unknowns",
    lambda k: solve_ivp(lambda t, y: k * t, (0.0, 1.0), [0.0, 1.0]).y[:, -1] + odeint(lambda y, t: k, 0.0, TIMES)[-1],
    lambda k: np.stack([k / 2, 1 + k / 2]) + k, 1.5, close=1e-6,
)  # fmt: skip
STIFF = np.array([[-100.0, 1.0], [0.0, -1.0]])
solved(
    "a stiff linear system", lambda a: odeint(lambda y, t: a @ y, [1.0, 1.0], [0.0, 0.5])[-1],
    lambda a: linalg.expm(a / 2) @ np.ones(2), STIFF, close=1e-5,
)  # fmt: skip

# ---------------------------------------------------------------- what has no derivative

refused("two equations that say the same", lambda a: root(lambda x: [x[0] + x[1] - a, 2 * x[0] + 2 * x[1] - 2 * a],
        [0.0, 0.0]).x[0], np.linalg.LinAlgError, "root: .*singular")  # fmt: skip
refused("a double root", lambda a: newton(lambda x: (x - 1) ** 2 + 0 * a, 1.5, tol=1e-5), np.linalg.LinAlgError,
        "newton: .*multiple solution")  # fmt: skip
refused("an unknown without effect", lambda a: minimize(lambda x: (x[0] - a) ** 2 + 0 * x[1], [0.0, 0.0]).x[0],
        np.linalg.LinAlgError, "minimize: .*add a penalty")  # fmt: skip
refused("a minimum at a bound of minimize_scalar",
        lambda a: minimize_scalar(lambda x: (x - a - 5) ** 2, bounds=(0, 3)).x, np.linalg.LinAlgError,
        "off by")  # fmt: skip
refused("a bound that is touched", lambda a: minimize(lambda x: (x[0] - a + 1) ** 2, [1.0], bounds=[(0, None)]).x[0],
        ValueError, "does not press")  # fmt: skip
refused("a bound that the minimum reaches, and x does not quite", lambda a: minimize(
            lambda x: (x[0] - a - 1) ** 2, [0.5], bounds=[(0, 1.5)], method="trust-constr", tol=0.01).x[0],
        ValueError, "only near a bound")  # fmt: skip
refused("equations with a conjugate", lambda a: np.real(newton(lambda z: z + np.conj(z) / 9 - a, 1j, x1=0.5)),
        TypeError, "no complex derivative")  # fmt: skip
refused("a function that mixes elements", lambda a: newton(lambda x: x + x[::-1] / 2 - a, [0.0, 0.0])[0], TypeError,
        "newton .*mixes the elements.*root")  # fmt: skip
refused("a function without a return", lambda a: root(lambda x: None, 1.0).x[0], TypeError, "end with 'return'")
refused("no root", lambda a: root(lambda x: x**2 + a, 1.0).x[0], RuntimeError, "root: SciPy found no solution")
refused("no root of elements", lambda a: elementwise.find_root(lambda x, a: x**2 + a, (-1.0, 2.0), args=(a,)).x,
        RuntimeError, "1 of 1 elements")  # fmt: skip
refused("no minimum", lambda a: minimize(lambda x: np.sum((x - a) ** 4), [9.0], options={"maxiter": 1}).x[0],
        RuntimeError, "minimize: SciPy found no solution.*iterations")  # fmt: skip
refused("a solution that runs away", lambda a: solve_ivp(lambda t, y: a * y**2, (0, 2), [1.0]).y[0, -1],
        RuntimeError, "did not arrive.*step size")  # fmt: skip
refused("a tracked tolerance", lambda a: root(lambda x: x - 1, 1.0, tol=a).x[0], TypeError, "no derivative by tol")
refused("events", lambda a: solve_ivp(lambda t, y: -a * y, (0, 1), [1.0], events=lambda t, y: y[0] - 0.5).y[0, -1],
        NotImplementedError, "Give the times")  # fmt: skip
refused("a complex solution", lambda a: solve_ivp(lambda t, y: 1j * a * y, (0, 1), [1 + 0j]).y[0, -1].real,
        TypeError, "real and imaginary")  # fmt: skip
refused("ends of a weighted integral", lambda a: quad(lambda x: x, 0.0, a, weight="cos", wvar=1.0)[0], TypeError,
        "multiply func by the weight")  # fmt: skip
refused("a loss that there is not", lambda a: least_squares(lambda x: x - a, [0.0], loss="square").x, ValueError,
        "loss is one of")  # fmt: skip
