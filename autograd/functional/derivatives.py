"""Derivatives of functions: grad, vjp, jvp, jacobian, hessian and their kin, nested to any order.

Convention: what goes in comes out: gradients have the form of the arguments they belong to (nests of
tuples, lists, dicts, named tuples and dataclasses; floats for floats, arrays for arrays, tensors for
tensors). Inside, f is given tensors. An output that does not depend on an input has derivative zero. Where
f uses tracked tensors from outside, results are tracked tensors too: nothing is detached silently.
``argnum=``, HIPS autograd's word, is taken for ``argnums=``.

Complex numbers: for real L and z = x + iy the gradient is dL/dx - i dL/dy, as in jax.grad and HIPS
autograd; for a holomorphic function (``holomorphic=True``) that is its complex derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

import numpy as np

from ..core import Switch
from . import nests as tree
from .arguments import Argnums, Function, Mode, argnum_too, check_function, chosen, exchanged, like, named, places, raw
from .jacobians import jacobian
from .recompute import checkpoint
from .trace import Trace

P = ParamSpec("P")

__all__ = [
    "checkpoint", "elementwise_grad", "forward_mode", "grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad",
    "vjp",
]  # fmt: skip


@argnum_too
def grad(
    f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False, holomorphic: bool = False
) -> Callable[P, Any]:
    """x -> df/dx, the gradient of a function whose result is one number.

    ``f``            a function written with NumPy, of numbers, arrays, tensors, or lists, tuples and dicts of them
    ``argnums``      the arguments to differentiate by, as positions or names; several give a tuple of gradients
    ``has_aux``      f returns (result, auxiliary); then the gradient function returns (df/dx, auxiliary)
    ``holomorphic``  f is a complex function of complex numbers with a complex derivative

        >>> grad(lambda x: x**3)(2.0)
        12.0
        >>> grad(grad(lambda x: x**3))(2.0)
        12.0
    """

    def gradient(*args: P.args, **kwargs: P.kwargs) -> Any:
        trace, g = _swept(f, args, kwargs, argnums, has_aux, holomorphic)
        return (g, trace.returned(trace.aux)) if has_aux else g

    return named(gradient, "grad", f, argnums)


@argnum_too
def value_and_grad(
    f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False, holomorphic: bool = False
) -> Callable[P, tuple[Any, Any]]:
    """x -> (f(x), df/dx), of one evaluation.

    ``f``            a function whose result is one number, as for ``grad``
    ``argnums``      the arguments to differentiate by, as positions or names; several give a tuple of gradients
    ``has_aux``      f returns (result, auxiliary); then so does the function: ((f(x), auxiliary), df/dx)
    ``holomorphic``  f is a complex function of complex numbers with a complex derivative

        >>> value_and_grad(lambda x, y: x * y, ("y", 0))(2.0, 3.0)
        (6.0, (2.0, 3.0))
    """

    def value_and_gradient(*args: P.args, **kwargs: P.kwargs) -> tuple[Any, Any]:
        trace, g = _swept(f, args, kwargs, argnums, has_aux, holomorphic)
        value = trace.returned(trace.y)
        return (value, trace.returned(trace.aux)) if has_aux else value, g

    return named(value_and_gradient, "value_and_grad", f, argnums)


def _swept(
    f: Function, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: Argnums, has_aux: bool, holomorphic: bool
) -> tuple[Trace, Any]:
    """A call whose result is one number, and the gradients of its arguments."""
    trace = Trace("grad", f, args, kwargs, argnums, has_aux=has_aux, once=True)
    y = trace.one_number()
    trace.check_complex(holomorphic)
    return trace, trace.by_argument(trace.gradients([ones(y)]))


def ones(y: Any) -> Any:
    """The gradient of a result by itself."""
    a = raw(y)
    if a.__class__ is not np.ndarray:
        return np.ones_like(a)
    g = np.empty_like(a)  # in a third of the time
    g.fill(1)
    return g


@argnum_too
def elementwise_grad(f: Callable[P, Any], argnums: Argnums = 0, *, holomorphic: bool = False) -> Callable[P, Any]:
    """x -> dy_i/dx_i for each element, of a function that treats elements one by one (the gradient of its sum).

    ``f``            a function written with NumPy, that works element by element
    ``argnums``      the arguments to differentiate by, as positions or names; several give a tuple of gradients
    ``holomorphic``  f is a complex function of complex numbers with a complex derivative

        >>> elementwise_grad(np.tanh)(np.array([0.0]))
        array([1.])
    """

    def gradient(*args: P.args, **kwargs: P.kwargs) -> Any:
        trace = Trace("elementwise_grad", f, args, kwargs, argnums, once=True)
        trace.check_complex(holomorphic)
        return trace.by_argument(trace.gradients(list(map(ones, trace.outputs))))

    return named(gradient, "elementwise_grad", f, argnums)


def vjp(f: Function, *args: Any, has_aux: bool = False, **kwargs: Any) -> tuple[Any, ...]:
    """f(x) and the function g -> Jᵀ g that pulls a gradient of the result back to each positional argument.

    ``f``        a function written with NumPy, of numbers, arrays, tensors, or nests of them
    ``args``     its positional arguments x; ``kwargs`` are others, which are not differentiated
    ``has_aux``  f returns (result, auxiliary); then ``vjp`` returns (f(x), the function, auxiliary)

    The pull may be called any number of times; it returns a tuple with one gradient per argument.

        >>> y, pull = vjp(np.multiply, 2.0, 3.0)
        >>> y, pull(1.0)
        (6.0, (3.0, 2.0))
    """
    trace = Trace("vjp", f, args, kwargs, tuple(range(len(args))), has_aux=has_aux)

    def pull(g: Any) -> tuple[Any, ...]:
        """The gradients of the arguments from a gradient in the form of the result."""
        seeds = like("vjp: the gradient", g, trace.y, trace.outputs)
        return trace.by_argument(trace.gradients(seeds, retain_graph=True, chosen=True))

    y = trace.returned(trace.y)
    return (y, pull, trace.returned(trace.aux)) if has_aux else (y, pull)


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any], *, has_aux: bool = False) -> tuple[Any, ...]:
    """f(x) and J v, its derivative along v: forward mode, one sweep with the graph's direction.

    ``f``         a function written with NumPy, of numbers, arrays, tensors, or nests of them
    ``primals``   x: a tuple with an entry for each argument
    ``tangents``  v: a tuple of entries of the same forms and shapes
    ``has_aux``   f returns (result, auxiliary); then so does ``jvp``: (f(x), J v, auxiliary)

        >>> jvp(np.multiply, (2.0, 3.0), (1.0, 0.0))
        (6.0, 3.0)
    """
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, tuple | list):
            raise TypeError(f"jvp: {name} is a tuple with one entry per argument: write (x,) for a single one")
    trace = Trace("jvp", f, tuple(primals), {}, tuple(range(len(primals))), has_aux=has_aux, forward=True)
    directions = like("jvp: the tangent", tuple(tangents), tuple(primals), trace.arrays)
    dy = tree.rebuild(trace.y, trace.tangents(directions))
    y = trace.returned(trace.y)
    return (y, dy, trace.returned(trace.aux)) if has_aux else (y, dy)


@argnum_too
def hessian(
    f: Callable[P, Any], argnums: Argnums = 0, *, mode: Mode | None = "forward", holomorphic: bool = False
) -> Callable[P, Any]:
    """x -> d²y_i/dx_j dx_k, of shape ``y.shape + x.shape + x.shape``; ``x.shape + x.shape`` where f gives one number.

    ``f``            a function written with NumPy, as for ``jacobian``
    ``argnums``      the arguments to differentiate by, as positions or names; several give a tuple of tuples
    ``mode``         of the outer derivative: "forward" over the reverse one, "reverse", or None, whichever needs fewer
                     sweeps
    ``holomorphic``  f is a complex function of complex numbers with a complex derivative

        >>> hessian(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
        array([[ 6.,  0.],
               [ 0., 12.]])
    """
    check_function("hessian", f, argnums)
    first = jacobian(f, argnums, mode="reverse", holomorphic=holomorphic)
    return named(jacobian(first, argnums, mode=mode, holomorphic=holomorphic), "hessian", f)


@argnum_too
def hvp(f: Function, argnums: Argnums = 0) -> Function:
    """(x, v) -> H v, the Hessian times a vector, at a small multiple of the gradient's cost.

    ``f``        a function whose result is one number, as for ``grad``
    ``argnums``  the arguments to differentiate by, as positions or names; v, the last positional argument, has their
                 form

        >>> hvp(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
        array([ 6., 12.])
    """

    def product(*args: Any, **kwargs: Any) -> Any:
        if len(args) < 2 and not kwargs:
            raise TypeError("hvp: the last positional argument is the vector, as in hvp(f)(x, v)")
        *rest, v = args
        at = places("hvp", f, tuple(rest), kwargs, argnums)

        def gradient(*moving: Any) -> Any:
            positional, keywords = exchanged(rest, kwargs, at, moving)
            return grad(f, argnums)(*positional, **keywords)

        return jvp(gradient, chosen(rest, kwargs, at), (v,) if isinstance(argnums, int | str) else tuple(v))[1]

    return named(product, "hvp", f)


def forward_mode() -> Switch:
    """Keep, inside this block, also what a forward sweep over the graph needs (``jvp`` does so by itself)."""
    return Switch(forward=True)
