"""The derivatives of functions under HIPS autograd's names: thin words for those of ``autograd.functional``.

Convention: ``argnum`` is a position, a name, or several of them in a tuple; derivatives have the form of the arguments.
A function ``*_at(fun, x)`` differentiates at one argument, which may be a nest.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ..functional import elementwise_grad, grad, hessian, jacobian, jvp, value_and_grad, vjp
from ..functional.arguments import Argnums, Function, named
from .vspaces import vspace
from .wrapping import unary_to_nary


def vjp_at(fun: Function, x: Any) -> tuple[Callable[[Any], Any], Any]:
    """The function g -> Jᵀ g, and fun(x)."""
    y, pull = vjp(fun, x)
    return lambda g: pull(g)[0], y


def jvp_at(fun: Function, x: Any) -> Callable[[Any], tuple[Any, Any]]:
    """The function v -> (fun(x), J v), by forward mode."""
    return lambda v: jvp(fun, (x,), (v,))


make_vjp = unary_to_nary(vjp_at, "make_vjp")
make_jvp = unary_to_nary(jvp_at, "make_jvp")


def reversed_at(fun: Function, x: Any) -> Callable[[Any], Any]:
    """The function v -> J v, by reverse mode alone: g -> Jᵀ g is linear, and its transpose is J."""
    pull, y = vjp_at(fun, x)
    return vjp_at(pull, vspace(y).zeros())[0]


make_jvp_reversemode = unary_to_nary(reversed_at, "make_jvp_reversemode")


def hvp_at(fun: Function, x: Any) -> tuple[Callable[[Any], Any], Any]:
    """The function v -> H v, and the gradient; the graph is recorded once, for any number of vectors."""
    return vjp_at(grad(fun), x)


make_hvp = unary_to_nary(hvp_at, "make_hvp")


def deriv_at(fun: Function, x: Any) -> Any:
    """The tangent along ones: the derivative of a function of one number, or of each element by itself."""
    return jvp_at(fun, x)(vspace(x).ones())[1]


deriv = unary_to_nary(deriv_at, "deriv")


def grad_and_aux(fun: Function, argnum: Argnums = 0) -> Function:
    """x -> (df/dx, auxiliary), where fun returns (f, auxiliary)."""
    return grad(fun, argnum, has_aux=True)


def grad_named(fun: Function, argname: str) -> Function:
    """The gradient by the argument of this name."""
    return grad(fun, argname)


def holomorphic_grad(fun: Function, argnum: Argnums = 0) -> Function:
    """The complex derivative of a holomorphic function."""

    def derivative(*args: Any, **kwargs: Any) -> Any:
        if isinstance(argnum, int) and not np.iscomplexobj(args[argnum]):
            warnings.warn("holomorphic_grad: the argument is not complex", stacklevel=2)
        return grad(lambda *a, **k: np.real(fun(*a, **k)), argnum)(*args, **kwargs)

    return named(derivative, "holomorphic_grad", fun, argnum)


def hessian_tensor_product(fun: Function, argnum: int = 0) -> Function:
    """(*args, v) -> H v."""

    def product(*args: Any, **kwargs: Any) -> Any:
        return make_vjp(grad(fun, argnum), argnum)(*args[:-1], **kwargs)[0](args[-1])

    return named(product, "hessian_tensor_product", fun, argnum)


def tensor_jacobian_product(fun: Function, argnum: Argnums = 0) -> Function:
    """(*args, v) -> vᵀ J: the axes of v are summed with the first ones of the result."""

    def weighted(*args: Any, **kwargs: Any) -> Any:
        return np.tensordot(args[-1], fun(*args[:-1], **kwargs), axes=np.ndim(args[-1]))

    return named(jacobian(weighted, argnum), "tensor_jacobian_product", fun, argnum)


hessian_vector_product = hessian_tensor_product
vector_jacobian_product = tensor_jacobian_product


def half_square(x: Any) -> Any:
    """½ Σ x² along the last axis."""
    return np.sum(x**2, axis=-1) / 2


def make_ggnvp(f: Function, g: Function = half_square, f_argnum: Argnums = 0) -> Function:
    """x -> (v -> Jᵀ H J v), the generalized Gauss-Newton matrix of g(f(x)): J of f at x, H of g at f(x)."""

    def at(fun: Function, x: Any) -> Callable[[Any], Any]:
        pull, y = vjp_at(fun, x)
        curve, _ = hvp_at(g, y)
        push = vjp_at(pull, vspace(y).zeros())[0]
        return lambda v: pull(curve(push(v)))

    return unary_to_nary(at, "make_ggnvp")(f, f_argnum)


def multigrad_dict(fun: Function) -> Function:
    """The gradients by all arguments, as a dict with their names; defaults are filled in."""
    signature = inspect.signature(fun)

    def gradients(*args: Any, **kwargs: Any) -> dict[str, Any]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()

        def of_dict(arguments: dict[str, Any]) -> Any:
            again = inspect.BoundArguments(signature, arguments)
            return fun(*again.args, **again.kwargs)

        return grad(of_dict)(dict(bound.arguments))

    return named(gradients, "multigrad_dict", fun)


__all__ = [
    "deriv", "elementwise_grad", "grad", "grad_and_aux", "grad_named", "hessian", "hessian_tensor_product",
    "hessian_vector_product", "holomorphic_grad", "jacobian", "make_ggnvp", "make_hvp", "make_jvp",
    "make_jvp_reversemode", "make_vjp", "multigrad_dict", "tensor_jacobian_product", "value_and_grad",
    "vector_jacobian_product",
]  # fmt: skip
