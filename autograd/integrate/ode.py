"""Initial value problems: ``scipy.integrate.odeint`` and ``solve_ivp``, differentiable in all that they depend on.

Convention: both solve y' = f(t, y, args), y(t₀) = y₀, and are differentiable to any order and in both modes by y₀, the
times, ``args``, and the tensors that f uses besides (weights of a network, say). How stands in ``flow.py``; what SciPy
computes is what is returned, and derivatives are as exact as its tolerances. f is called with plain arrays while SciPy
solves, and with tensors for derivatives; it may return a list, as ``[v, -k * x]``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import plain
from ..extras import extra
from ..functional.by_values import takes_values
from ..functional.closed import Given, Outside, numbers, refuse, tracked, vector
from ..tensor import Tensor, of
from .flow import Equation, flow, jacobian_of, recorded

__all__ = ["odeint", "solve_ivp"]

IMPLICIT = ("Radau", "BDF", "LSODA")
ONLY_FIRST = ("jac", "jac_sparsity", "lband", "uband", "first_step")  # they say something of the user's equation alone


@takes_values("y0", "t", "args")
def odeint(
    func: Callable[..., Any], y0: Any, t: Any, args: Any = (), Dfun: Callable[..., Any] | None = None,
    col_deriv: bool = False, full_output: bool = False, ml: int | None = None, mu: int | None = None,
    rtol: float | None = None, atol: Any = None, tcrit: Any = None, h0: float = 0.0, hmax: float = 0.0,
    hmin: float = 0.0, ixpr: bool = False, mxstep: int = 0, mxhnil: int = 0, mxordn: int = 12, mxords: int = 5,
    printmessg: bool = False, tfirst: bool = False,
) -> Any:  # fmt: skip
    """y(t) of shape (T, n) with y' = func(y, t, *args) and y(t[0]) = y0, by ``scipy.integrate.odeint``.

    ``func``         the derivative of y, of the shape of y
    ``y0``           (n,), the start
    ``t``            (T,), the times, the first of which is that of y0; they go up or down
    ``args``         further arguments of func, in a tuple
    ``Dfun``         its Jacobian by y; if not given, and derivatives are wanted, it is computed here
    ``tfirst``       func has the arguments (t, y, ...)
    ``full_output``  return SciPy's notes, too: (y, notes)
    ``rtol``         relative tolerance, and ``atol`` the absolute one, of y and of its derivatives
    ``col_deriv`` ``ml`` ``mu`` ``tcrit`` ``h0`` ``hmax`` ``hmin`` ``ixpr`` ``mxstep`` ``mxhnil`` ``mxordn`` ``mxords``
    ``printmessg``   as SciPy has them

    RuntimeError is raised if SciPy does not arrive and derivatives are wanted, TypeError for tracked tensors among the
    options, which have no derivative.
    """
    scipy = extra("scipy.integrate", "scipy", "autograd.integrate.odeint")
    refuse("odeint", rtol=rtol, atol=atol, tcrit=tcrit, h0=h0, hmax=hmax, hmin=hmin)
    given = Given("odeint", args if isinstance(args, tuple) else (args,))
    options = {"tcrit": tcrit, "hmax": hmax, "mxstep": mxstep, "mxordn": mxordn, "mxords": mxords, "rtol": rtol}
    start, times = _floats(y0), _floats(t)
    wanted = bool(given.tensors) or tracked(start) or tracked(times)
    users = {"ml": ml, "mu": mu, "h0": h0, "hmin": hmin, "ixpr": ixpr, "mxhnil": mxhnil, "printmessg": printmessg}
    notes: dict[str, Any] = {}

    def f(t: Any, y: Any, *values: Any) -> Any:
        now = given(values)
        change = vector(func(t, y, *now) if tfirst else func(y, t, *now))
        return change if change.ndim else np.reshape(change, 1)

    def by_user(t: float, y: Any) -> Any:
        now = given(given.arrays)
        assert Dfun is not None
        return numbers(Dfun(t, y, *now) if tfirst else Dfun(y, t, *now))

    def solve(f: Any, start: Any, times: Any, jac: Any, size: int) -> Any:
        own = start.size == size
        if own:
            jac = by_user if Dfun is not None else jac if wanted and ml is None and mu is None else None
        y, told = scipy.odeint(
            f, start, times, tfirst=True, Dfun=jac, col_deriv=bool(col_deriv) and own and Dfun is not None,
            atol=_longer(atol, start.size), full_output=True, **options | (users if own else {}),
        )  # fmt: skip
        if told["message"] != "Integration successful." and (wanted or not own):
            raise RuntimeError(f"odeint did not arrive at the last time, so there is no derivative: {told['message']}")
        notes.setdefault("first", told)
        return y

    equation = Equation(f, jacobian_of(f), solve, start.size)
    y = _as_given(flow(equation, start, times, given.tensors), start, times, given)
    return (y, notes["first"]) if full_output else y


@takes_values("t_span", "y0", "t_eval", "args", gives=["y"])
def solve_ivp(
    fun: Callable[..., Any], t_span: Any, y0: Any, method: Any = "RK45", t_eval: Any = None, dense_output: bool = False,
    events: Any = None, vectorized: bool = False, args: Any = None, **options: Any,
) -> Any:  # fmt: skip
    """The solution of y' = fun(t, y, *args), y(t_span[0]) = y0, by ``scipy.integrate.solve_ivp``.

    What is returned is SciPy's result, with ``t`` (T,) and ``y`` (n, T). Where anything is tracked, ``y`` is a tensor,
    and ``t`` too if times are tracked. The times of SciPy's own steps count as constants.

    ``fun``           the derivative of y, of the shape of y
    ``t_span``        (start, end) of the time
    ``y0``            (n,), the start
    ``method``        "RK45", "DOP853", "Radau", "BDF", "LSODA", ... as SciPy has them
    ``t_eval``        (T,), the times at which y is wanted; if not given, those of SciPy's steps
    ``dense_output``  SciPy's ``sol(t)``, which has no derivatives: NotImplementedError where they are wanted
    ``events``        SciPy's events, likewise
    ``vectorized``    fun takes y of shape (n, k)
    ``args``          further arguments of fun, in a tuple
    ``options``       SciPy's: ``rtol``, ``atol``, ``max_step``, ``jac``, ...; a Jacobian that is not given is computed
                      here, if derivatives are wanted and the method needs one

    RuntimeError is raised if SciPy does not arrive and derivatives are wanted, TypeError for tracked tensors among the
    options, which have no derivative. Tolerances are SciPy's, rtol=1e-3 by default: derivatives have the same.
    """
    scipy = extra("scipy.integrate", "scipy", "autograd.integrate.solve_ivp")
    refuse("solve_ivp", **options)
    given = Given("solve_ivp", () if args is None else args if isinstance(args, tuple) else (args,))
    start = _floats(y0)
    wanted = bool(given.tensors) or any(map(tracked, (start, t_eval, *t_span)))
    implicit = method in IMPLICIT
    rest = {name: value for name, value in options.items() if name not in ONLY_FIRST}

    def f(t: Any, y: Any, *values: Any) -> Any:
        if vectorized:
            return vector(fun(t, y[:, None], *given(values)))[:, 0]
        change = vector(fun(t, y, *given(values)))
        return change + np.zeros(y.shape) if change.size == 1 and change.shape != y.shape else change

    def numeric(t: float, y: Any) -> Any:
        return numbers(f(t, y, *given.arrays))

    def told(function: Any) -> Any:
        """A function of the user's, of t, y and args, as SciPy calls it."""
        called: Any = lambda t, y: numbers(function(t, y, *given(given.arrays)))  # noqa: E731
        called.__dict__.update(getattr(function, "__dict__", {}))
        return called

    def solve(f: Any, start: Any, times: Any, jac: Any, size: int) -> Any:
        if times[-1] == times[0]:
            return np.tile(start, (times.size, 1))
        found = scipy.solve_ivp(
            f, (times[0], times[-1]), start, method, t_eval=times[1:],
            **rest | {"atol": _longer(rest.get("atol", 1e-6), start.size)} | ({"jac": jac} if implicit else {}),
        )  # fmt: skip
        if not found.success:
            raise RuntimeError(f"solve_ivp did not arrive, so there is no derivative: {found.message}")
        return np.concatenate([start[None], found.y.T])

    equation = Equation(f, jacobian_of(f), solve, start.size)
    jac = options.get("jac")
    if callable(jac):
        options["jac"] = told(jac)
    elif jac is None and wanted and implicit and not {"lband", "uband"} & options.keys():
        options["jac"] = lambda t, y: equation.jac(t, y, given.arrays)
    if events is not None:
        events = told(events) if callable(events) else [told(event) for event in events]
    outside = Outside()
    with outside.solving():
        found = scipy.solve_ivp(
            numeric, tuple(map(float, plain(tuple(t_span)))), plain(start), method, plain(t_eval), dense_output, events,
            **options,
        )  # fmt: skip
    times = _times(found.t, t_span, t_eval)
    y = np.concatenate([plain(start)[None], found.y.T]) if found.t.size else plain(start)[None]
    y = _as_given(recorded(equation, y, start, times, given.tensors, outside), start, times, given)
    if tracked(y):
        if not found.success:
            raise RuntimeError(f"solve_ivp did not arrive, so there is no derivative: {found.message}")
        if events is not None or dense_output:
            raise NotImplementedError(
                "solve_ivp: events and dense_output have no derivatives. Give the times at which you want y as t_eval, "
                "or detach what is tracked"
            )
    found.y = y[1:].T
    found.t = times[1:] if tracked(times) else found.t
    return found


def _floats(x: Any) -> Any:
    """Numbers as one array or tensor of floats, with an axis at least."""
    x = np.atleast_1d(vector(x))
    return x if x.dtype.kind in "fc" else x.astype(float)


def _longer(atol: Any, size: int) -> Any:
    """Absolute tolerances for the unknowns of the user and for those beside them."""
    if np.ndim(atol) == 0 or len(atol) == size:
        return atol
    return np.concatenate([atol, np.full(size - len(atol), np.min(atol))])


def _times(found: Any, t_span: Any, t_eval: Any) -> Any:
    """The start and all times, tracked where the user's are; the end of SciPy's steps is the user's."""
    if t_eval is not None:
        return np.concatenate([_floats(t_span[0]), _floats(t_eval)[: found.size]])
    if not any(map(tracked, t_span)):
        return np.concatenate([found[:1], found])
    first, last = _floats(t_span[0]), _floats(t_span[1])
    return np.concatenate([first, first, found[1:-1], last])


def _as_given(y: Any, start: Any, times: Any, given: Given) -> Any:
    """The solution as a tensor, if anything was given as one."""
    tensor = given.tensor or isinstance(start, Tensor) or isinstance(times, Tensor)
    return of(y, None) if tensor and not isinstance(y, Tensor) else y
