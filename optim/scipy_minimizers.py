"""SciPy's minimizers on the parameters of a module.

Convention: the loss is a function without arguments, of all the data: these methods assume that the same parameters
give the same loss. They count in float64; parameters of less precision end their search early.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor, Value, no_grad
from autograd.extras import extra

from .parameter_vector import Flat, differentiated, number

WITHOUT_GRADIENT = {"nelder-mead", "powell", "cobyla", "cobyqa"}
WITH_HESSIAN = {"newton-cg", "trust-ncg", "trust-krylov", "trust-constr"}


def scipy_minimize(
    module_or_parameters: Any, loss_function: Callable[[], Any], method: str = "L-BFGS-B", **options: Any
) -> Any:
    """Minimize ``loss_function()`` over the parameters; returns SciPy's ``OptimizeResult``, and leaves its x in place.

        scipy_minimize(model, lambda: mse_loss(model(x), y), options={"maxiter": 100})

    ``options`` go to ``scipy.optimize.minimize``: tol, bounds, constraints, callback, options, ... Gradients are
    given to it, and Hessian-vector products to the methods that take them (Newton-CG, trust-ncg, trust-krylov,
    trust-constr). If the search is broken off, by Ctrl-C or an error, the best parameters so far stay in place.
    """  # fmt: skip
    optimize = extra("scipy.optimize", "scipy", "optim.scipy_minimize")
    parameters = getattr(module_or_parameters, "parameters", None)
    given = module_or_parameters if parameters is None else parameters()
    flat = Flat(p for p in given if isinstance(p, Value) or p.requires_grad)
    if not flat.params:
        raise ValueError("scipy_minimize was given no parameters that require a gradient")
    best = [np.inf, flat.numbers()]

    def loss_at(x: Any) -> Any:
        flat.assign(x)
        if method.lower() in WITHOUT_GRADIENT:
            with no_grad():
                f, g = number(loss_function()), None
        else:
            f, g = differentiated(loss_function, flat)
        if f < best[0]:
            best[:] = [f, x.copy()]
        return f if g is None else (f, g)

    def hessian_product(x: Any, v: Any) -> Any:
        flat.assign(x)
        return _product(loss_function, flat, v)

    if method.lower() not in WITHOUT_GRADIENT:
        options["jac"] = True
    if method.lower() in WITH_HESSIAN and not {"hess", "hessp"} & set(options):
        options["hessp"] = hessian_product
    try:
        result = optimize.minimize(loss_at, flat.numbers(), method=method, **options)
    except BaseException:
        flat.assign(best[1])
        raise
    flat.assign(result.x)
    flat.zero_grad()
    return result


def _product(loss_function: Callable[[], Any], flat: Flat, v: Any) -> Any:
    """H v: the gradient of <g, v>."""
    flat.zero_grad()
    loss_function().backward(create_graph=True)
    start = 0
    terms = []
    for p in flat.params:
        size = 1 if isinstance(p, Value) else p.size
        if isinstance(p, Tensor) and p.dtype.kind == "c":
            raise TypeError("scipy_minimize: Hessian-vector products of complex parameters; choose method='L-BFGS-B'")
        part = v[start : start + size]
        start += size
        if isinstance(p.grad, Value):
            terms.append(p.grad * float(part[0]))
        elif isinstance(p.grad, Tensor) and p.grad.requires_grad:
            terms.append((p.grad * part.reshape(p.shape).astype(p.dtype)).sum())
    flat.zero_grad()
    if terms:
        sum(terms[1:], terms[0]).backward()
    product = flat.gradient()
    flat.zero_grad()
    return product
