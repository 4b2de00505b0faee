"""Roots of functions of one number: ``scipy.optimize.root_scalar``, ``brentq`` and its kin, and ``newton``.

Convention: f(x, *args) = 0, so dx = -(∂f/∂args) dargs / (∂f/∂x), to any order. ``args`` are in a tuple: numbers,
arrays, tensors, and nests of them. x does not depend on where the search begins: a bracket or a guess has no
derivative. If SciPy finds no root, RuntimeError is raised; if it is a multiple one, and derivatives are wanted,
LinAlgError; TypeError if a tolerance is tracked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import plain
from ..extras import extra
from ..functional.by_values import takes_values
from ..functional.closed import NUMBERS, Closed, Given, numbers, refuse, tracked, vector
from .implicit import implicit
from .systems import lost

__all__ = ["bisect", "brenth", "brentq", "newton", "ridder", "root_scalar", "toms748"]


class Scalar:
    """f as SciPy calls it, with its derivatives by x, and as equations."""

    def __init__(self, who: str, f: Callable[..., Any], args: Any) -> None:
        self.who = who
        self.f = f
        self.given = Given(who, args if isinstance(args, tuple) else (args,))
        self.scipy = extra("scipy.optimize", "scipy", f"autograd.optimize.{who}")

    def numeric(self, x: Any) -> Any:
        return self.called(self.f)(x)

    def called(self, f: Callable[..., Any]) -> Callable[[Any], Any]:
        """A function of x and args, as one of x."""
        return lambda x: _number(numbers(f(x, *self.given(self.given.arrays))), x)

    def equations(self, x: Any, *values: Any) -> Any:
        return vector(self.f(x, *self.given(values)))

    def slope(self, x: Any) -> Any:
        """∂f/∂x, element by element."""
        near = Closed(lambda x: np.reshape(self.equations(x, *self.given.arrays), -1), [np.asarray(x) * 1.0])
        return _number(near.pull(np.ones(near.shape), list(near.cuts))[0], x)

    def at(self, x: Any, tensor: bool = False) -> Any:
        """The root x with its derivatives; a plain one is a float, as SciPy gives it."""
        found = implicit(
            self.who, self.equations, np.array(x), self.given.tensors, diagonal=True, tensor=tensor or self.given.tensor
        )
        return x if isinstance(found, np.ndarray) else found


def _number(y: Any, x: Any) -> Any:
    """A value for a single x as a single number, though f may have returned an array of one."""
    return y.item() if np.ndim(x) == 0 and np.size(y) == 1 else y


@takes_values("args", gives=["root"])
def root_scalar(
    f: Callable[..., Any], args: Any = (), method: str | None = None, bracket: Any = None, fprime: Any = None,
    fprime2: Any = None, x0: Any = None, x1: Any = None, xtol: float | None = None, rtol: float | None = None,
    maxiter: int | None = None, options: dict[str, Any] | None = None,
) -> Any:  # fmt: skip
    """The number x with f(x, *args) = 0, by ``scipy.optimize.root_scalar``.

    What is returned is SciPy's result; its ``root`` is a tensor of no axes where anything is tracked.

    ``f``        a function of a number, whose result is one number
    ``args``     further arguments of f
    ``method``   "brentq", "toms748", "newton", "secant", "halley", ... as SciPy has them
    ``bracket``  (a, b) with f of different signs, or ``x0`` (and ``x1``), where to begin
    ``fprime``   ∂f/∂x, or True if f returns it, too; for "newton" and "halley" it is computed here if not given
    ``fprime2``  ∂²f/∂x², likewise for "halley"
    ``xtol``     the absolute tolerance, ``rtol`` the relative one
    ``maxiter``  the largest number of steps
    ``options``  of the method
    """
    refuse("root_scalar", xtol=xtol, rtol=rtol, options=options)
    scalar = Scalar("root_scalar", f, args)
    derivatives = {"fprime": fprime, "fprime2": fprime2}
    if fprime is True or fprime2 is True:
        raise TypeError("root_scalar: f returns its value alone here; fprime and fprime2 are computed if not given")
    if fprime is None and (method in ("newton", "halley") or (method is None and bracket is None and x1 is None)):
        derivatives["fprime"] = scalar.slope
    elif fprime is not None:
        derivatives["fprime"] = scalar.called(fprime)
    if method == "halley" and fprime2 is None:
        derivatives["fprime2"] = _second(scalar)
    elif fprime2 is not None:
        derivatives["fprime2"] = scalar.called(fprime2)
    with NUMBERS:
        found = scalar.scipy.root_scalar(
            scalar.numeric, (), method, plain(bracket), x0=plain(x0), x1=plain(x1), xtol=xtol, rtol=rtol,
            maxiter=maxiter, options=options, **derivatives,
        )  # fmt: skip
    root = scalar.at(found.root, any(map(tracked, (x0, x1))))
    if tracked(root) and not found.converged:
        raise lost("root_scalar", str(found.flag))
    found.root = root
    return found


def _second(scalar: Scalar) -> Callable[[Any], Any]:
    """∂²f/∂x², for Halley's method."""

    def slope(x: Any) -> Any:
        closed = Closed(lambda x: np.reshape(scalar.equations(x, *scalar.given.arrays), -1), [x])
        return closed.pull(np.ones(closed.shape), list(closed.cuts))[0]

    def second(x: Any) -> Any:
        near = Closed(lambda x: np.reshape(slope(x), -1), [np.asarray(x) * 1.0])
        return _number(near.pull(np.ones(near.shape), list(near.cuts))[0], x)

    return second


def _bracketing(name: str, how: str) -> Callable[..., Any]:
    """One of SciPy's functions that search between a and b."""

    def search(
        f: Callable[..., Any], a: Any, b: Any, args: Any = (), xtol: float = 2e-12, rtol: float = 8.881784197001252e-16,
        maxiter: int = 100, full_output: bool = False, disp: bool = True,
    ) -> Any:  # fmt: skip
        refuse(name, xtol=xtol, rtol=rtol)
        scalar = Scalar(name, f, args)
        with NUMBERS:
            root, told = getattr(scalar.scipy, name)(
                scalar.numeric, float(plain(a)), float(plain(b)), xtol=xtol, rtol=rtol, maxiter=maxiter,
                full_output=True, disp=disp,
            )  # fmt: skip
        x = scalar.at(root)
        if tracked(x) and not told.converged:
            raise lost(name, str(told.flag))
        told.root = x
        return (x, told) if full_output else x

    search.__name__ = search.__qualname__ = name
    search.__doc__ = f"""The x between a and b with f(x, *args) = 0, by {how} (``scipy.optimize.{name}``).

    It is a float, or a tensor of no axes where anything is tracked.

    ``f``            a function of a number, whose result is one number; its signs at ``a`` and ``b`` differ
    ``args``         further arguments of f
    ``xtol``         the absolute tolerance, ``rtol`` the relative one
    ``maxiter``      the largest number of steps
    ``full_output``  return SciPy's notes, too: (x, notes)
    ``disp``         raise RuntimeError if SciPy finds no root, derivatives wanted or not
    """
    return takes_values("args")(search)


brentq = _bracketing("brentq", "Brent's method with inverse quadratic steps")
brenth = _bracketing("brenth", "Brent's method with hyperbolic steps")
ridder = _bracketing("ridder", "Ridders' method")
bisect = _bracketing("bisect", "halving the interval")
toms748 = _bracketing("toms748", "Algorithm 748 of Alefeld, Potra and Shi")


@takes_values("args")
def newton(
    func: Callable[..., Any], x0: Any, fprime: Callable[..., Any] | None = None, args: Any = (), tol: float = 1.48e-8,
    maxiter: int = 50, fprime2: Callable[..., Any] | None = None, x1: Any = None, rtol: float = 0.0,
) -> Any:  # fmt: skip
    """The x with func(x, *args) = 0, element by element, by Newton's method (``scipy.optimize.newton``).

    ``func``     a function that works element by element
    ``x0``       a number or any array, where to begin
    ``fprime``   ∂func/∂x; by default it is computed here, unless there is an ``x1``: then it is the secant method
    ``args``     further arguments of func
    ``tol``      the absolute tolerance, ``rtol`` the relative one
    ``maxiter``  the largest number of steps
    ``fprime2``  ∂²func/∂x²: then it is Halley's method
    """
    refuse("newton", tol=tol, rtol=rtol)
    scalar = Scalar("newton", func, args)
    slope = scalar.called(fprime) if fprime is not None else scalar.slope if x1 is None else None
    second = None if fprime2 is None else scalar.called(fprime2)
    with NUMBERS:
        root = scalar.scipy.newton(
            scalar.numeric, np.asarray(plain(x0)) * 1.0, slope, (), tol, maxiter, second, plain(x1), rtol
        )
    return scalar.at(root, tracked(x0))
