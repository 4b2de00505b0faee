"""Many roots and minima of functions of one number at once: the twin of ``scipy.optimize.elementwise``.

Convention: f works element by element, and so do derivatives: dx = -(∂f/∂args) dargs / (∂f/∂x) for each element of a
root, to any order. ``args`` are numbers, arrays and tensors that broadcast with x. If derivatives are wanted,
RuntimeError is raised where SciPy finds no solution for an element, LinAlgError where one is multiple, TypeError where
a tolerance is tracked. SciPy 1.15 or later is needed, and ImportError raised where there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import plain
from ..extras import extra
from ..functional import elementwise_grad
from ..functional.by_values import takes_values
from ..functional.closed import NUMBERS, Given, numbers, refuse, tracked, vector
from .implicit import implicit
from .systems import lost

__all__ = ["find_minimum", "find_root"]


@takes_values("args", gives=["x"])
def find_root(
    f: Callable[..., Any], init: Any, /, *, args: Any = (), tolerances: dict[str, float] | None = None,
    maxiter: int | None = None, callback: Callable[..., Any] | None = None,
) -> Any:  # fmt: skip
    """The x with f(x, *args) = 0, element by element, by ``scipy.optimize.elementwise.find_root``.

    What is returned is SciPy's result; its ``x`` is a tensor where anything is tracked.

    ``f``           a function that works element by element
    ``init``        (a, b), any arrays: between them f changes its sign
    ``args``        further arguments of f
    ``tolerances``  SciPy's: "xatol", "xrtol", "fatol", "frtol"
    ``maxiter``     the largest number of steps
    ``callback``    called after each step
    """
    return _found("find_root", f, init, args, tolerances, maxiter, callback, lambda f: f)


@takes_values("args", gives=["x", "f_x"])
def find_minimum(
    f: Callable[..., Any], init: Any, /, *, args: Any = (), tolerances: dict[str, float] | None = None,
    maxiter: int = 100, callback: Callable[..., Any] | None = None,
) -> Any:  # fmt: skip
    """The x where f(x, *args) is least, element by element, by ``scipy.optimize.elementwise.find_minimum``.

    What is returned is SciPy's result; its ``x`` and ``f_x`` are tensors where anything is tracked.

    ``f``           a function that works element by element
    ``init``        (a, b, c), any arrays: f is less at b than at both others
    ``args``        further arguments of f
    ``tolerances``  SciPy's: "xatol", "xrtol", "fatol", "frtol"
    ``maxiter``     the largest number of steps
    ``callback``    called after each step
    """
    return _found("find_minimum", f, init, args, tolerances, maxiter, callback, elementwise_grad)


def _found(
    name: str, f: Callable[..., Any], init: Any, args: Any, tolerances: Any, maxiter: Any, callback: Any, root_of: Any
) -> Any:
    refuse(name, tolerances=tolerances)
    scipy = extra("scipy.optimize.elementwise", "scipy", f"autograd.optimize.elementwise.{name}")
    given = Given(name, args if isinstance(args, tuple) else (args,))

    def equations(x: Any, *values: Any) -> Any:
        return vector(root_of(lambda x: f(x, *given(values)))(x))

    with NUMBERS:
        found = getattr(scipy, name)(
            lambda x, *args: numbers(f(x, *args)), plain(tuple(init)), args=tuple(given(given.arrays)),
            tolerances=tolerances, maxiter=maxiter, callback=callback,
        )  # fmt: skip
    x = implicit(name, equations, np.array(found.x), given.tensors, diagonal=True, tensor=given.tensor)
    if tracked(x):
        if not np.all(found.success):
            raise lost(name, f"{np.sum(~np.asarray(found.success))} of {np.size(found.success)} elements failed.")
        found.f_x = vector(f(x, *given(given.tensors)))
    found.x = x
    return found
