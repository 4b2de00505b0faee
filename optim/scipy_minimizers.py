"""SciPy's minimizers on the parameters of a module.

Convention: the loss is a function without arguments, over all the data: these methods assume that the same
parameters give the same loss. They compute in float64; less precise parameters end the search early.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from autograd import Tensor, Value, no_grad
from autograd.extras import extra

from .options import Parameter, in_order
from .parameter_vector import ParameterVector, Vector, number

__all__ = ["scipy_minimize"]

WITHOUT_GRADIENT = {"nelder-mead", "powell", "cobyla", "cobyqa"}
WITH_HESSIAN = {"newton-cg", "trust-ncg", "trust-krylov", "trust-constr"}


class HasParameters(Protocol):
    """A module, as far as a minimizer knows it."""

    def parameters(self) -> Iterable[Parameter]: ...


def scipy_minimize(
    module_or_parameters: HasParameters | Iterable[Parameter],
    loss_function: Callable[[], Tensor | Value],
    method: str = "L-BFGS-B",
    **options: Any,
) -> Any:
    """argmin L over the parameters, which get the best x; returns SciPy's ``OptimizeResult``.

    ``module_or_parameters``  a module, or its tensors and Values; those that require no gradient stay
    ``loss_function``         computes L, of shape (), from the parameters as they are
    ``method``                one of ``scipy.optimize.minimize``
    ``options``               go there too: tol, bounds, constraints, callback, options, ...

        scipy_minimize(model, lambda: mse_loss(model(x), y), options={"maxiter": 100})

    SciPy gets the gradients, and for Newton-CG, trust-ncg, trust-krylov and trust-constr Hessian-vector products. If
    Ctrl-C or an error interrupts the search, the best parameters so far stay in place.
    """
    optimize = extra("scipy.optimize", "scipy", "optim.scipy_minimize")
    given: Any = module_or_parameters
    if hasattr(given, "parameters"):
        given = given.parameters()
    elif callable(given) and not callable(loss_function):
        raise TypeError(
            "scipy_minimize takes the parameters first, then the function of the loss: "
            "scipy_minimize(module_or_parameters, loss_function)"
        )
    vector = ParameterVector(p for p in in_order("scipy_minimize", given) if isinstance(p, Value) or p.requires_grad)
    if not vector.params:
        raise ValueError("scipy_minimize was given no parameters that require a gradient")
    best = (math.inf, vector.numbers())
    with_gradient = method.lower() not in WITHOUT_GRADIENT

    def loss_at(x: Vector) -> float | tuple[float, Vector]:
        nonlocal best
        vector.assign(x)
        if with_gradient:
            vector.zero_grad()
            loss = loss_function()
            loss.backward()
        else:
            with no_grad():
                loss = loss_function()
        f = number(loss)
        if f < best[0]:
            best = (f, x.copy())
        return (f, vector.gradient()) if with_gradient else f

    def hessian_product(x: Vector, v: Vector) -> Vector:
        vector.assign(x)
        return _product(loss_function, vector, v)

    if with_gradient:
        options["jac"] = True
    if method.lower() in WITH_HESSIAN and not {"hess", "hessp"} & set(options):
        options["hessp"] = hessian_product
    try:
        result = optimize.minimize(loss_at, vector.numbers(), method=method, **options)
    except BaseException:
        vector.assign(best[1])
        raise
    vector.assign(result.x)
    vector.zero_grad()
    return result


def _product(loss_function: Callable[[], Tensor | Value], vector: ParameterVector, v: Vector) -> Vector:
    """H v: the gradient of <g, v>."""
    vector.zero_grad()
    loss_function().backward(create_graph=True)
    terms: list[Any] = []
    for p, part in vector.parts(v):
        if isinstance(p, Tensor) and p.dtype.kind == "c":
            raise TypeError("scipy_minimize: Hessian-vector products of complex parameters; choose method='L-BFGS-B'")
        if isinstance(p.grad, Value):
            terms.append(p.grad * float(part[0]))
        elif isinstance(p, Tensor) and isinstance(p.grad, Tensor) and p.grad.requires_grad:
            terms.append((p.grad * part.reshape(p.shape).astype(p.dtype)).sum())
    vector.zero_grad()
    if terms:
        sum(terms[1:], terms[0]).backward()
    product = vector.gradient()
    vector.zero_grad()
    return product
