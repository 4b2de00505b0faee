"""Derivatives of functions: grad, vjp, jvp, jacobian, hessian and their kin, nested to any order.

Convention: what goes in comes out: gradients have the form of the arguments they belong to (nests of
tuples, lists, dicts, named tuples and dataclasses; floats for floats, arrays for arrays, tensors for
tensors). Inside, f is given tensors. An output that does not depend on an input has derivative zero. Where
f uses tracked tensors from outside, results are tracked tensors too: nothing is detached silently.

Complex numbers: for real L and z = x + iy the gradient is dL/dx - i dL/dy, as in jax.grad and HIPS
autograd; for a holomorphic function (``holomorphic=True``) that is its complex derivative.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import tree
from .checkpoint import checkpoint
from .core import Switch
from .trace import Trace, raw, tracked

__all__ = [
    "checkpoint",
    "elementwise_grad",
    "forward_mode",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "value_and_grad",
    "vjp",
]

Function = Callable[..., Any]
Argnums = int | str | Sequence[int | str]


def grad(f: Function, argnums: Argnums = 0, *, has_aux: bool = False, holomorphic: bool = False) -> Function:
    """x -> df/dx, the gradient of a function whose result is one number.

    ``argnums``      which arguments, by position or by name; several give a tuple of gradients
    ``has_aux``      f returns (result, auxiliary); so does the gradient
    ``holomorphic``  f is a complex function of complex numbers with a complex derivative

        >>> grad(lambda x: x**3)(2.0)
        12.0
        >>> grad(grad(lambda x: x**3))(2.0)
        12.0
    """
    both = value_and_grad(f, argnums, has_aux=has_aux, holomorphic=holomorphic)

    @functools.wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, g = both(*args, **kwargs)
        return (g, value[1]) if has_aux else g

    return _named(gradient, "grad", f)


def value_and_grad(f: Function, argnums: Argnums = 0, *, has_aux: bool = False, holomorphic: bool = False) -> Function:
    """x -> (f(x), df/dx), of one evaluation; with ``has_aux`` ((f(x), auxiliary), df/dx). Options as for grad.

        >>> value_and_grad(lambda x, y: x * y, ("y", 0))(2.0, 3.0)
        (6.0, (2.0, 3.0))
    """  # fmt: skip

    @functools.wraps(f)
    def value_and_gradient(*args: Any, **kwargs: Any) -> Any:
        trace = _trace("grad", f, args, kwargs, argnums, has_aux=has_aux)
        y = _one_number(trace)
        _check_complex("grad", trace, holomorphic)
        gradients = trace.gradients([np.ones_like(raw(y))])
        trace.close()
        value = trace.value()
        return (value, trace.auxiliary()) if has_aux else value, _by_argument(trace, gradients, argnums)

    return _named(value_and_gradient, "value_and_grad", f)


def elementwise_grad(f: Function, argnums: Argnums = 0, *, holomorphic: bool = False) -> Function:
    """x -> dy_i/dx_i for each element, of a function that treats elements one by one (the gradient of its sum).

        >>> elementwise_grad(np.tanh)(np.array([0.0]))
        array([1.])
    """  # fmt: skip

    @functools.wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        trace = _trace("elementwise_grad", f, args, kwargs, argnums)
        _check_complex("elementwise_grad", trace, holomorphic)
        gradients = trace.gradients([np.ones_like(raw(y)) for y in trace.outputs])
        trace.close()
        return _by_argument(trace, gradients, argnums)

    return _named(gradient, "elementwise_grad", f)


def vjp(f: Function, *args: Any, has_aux: bool = False, **kwargs: Any) -> tuple[Any, ...]:
    """f(x) and the function g -> Jᵀ g that pulls a gradient of the result back to each positional argument.

    The pull may be called again and again; it returns a tuple with one gradient per argument.

        >>> y, pull = vjp(np.multiply, 2.0, 3.0)
        >>> y, pull(1.0)
        (6.0, (3.0, 2.0))
    """
    trace = _trace("vjp", f, args, kwargs, tuple(range(len(args))), has_aux=has_aux)
    trace.close()

    def pull(g: Any) -> tuple[Any, ...]:
        """The gradients of the arguments from a gradient in the form of the result."""
        seeds = _like("vjp: the gradient", g, trace.y, trace.outputs)
        gradients = trace.gradients(seeds, retain_graph=True)
        return tuple(_nests(trace, gradients))

    return (trace.value(), pull, trace.auxiliary()) if has_aux else (trace.value(), pull)


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any], *, has_aux: bool = False) -> tuple[Any, ...]:
    """f(x) and J v, its derivative along v: forward mode, one sweep with the graph's direction.

    ``primals`` and ``tangents`` are tuples with an entry for each argument.

        >>> jvp(np.multiply, (2.0, 3.0), (1.0, 0.0))
        (6.0, 3.0)
    """
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, tuple | list):
            raise TypeError(f"jvp: {name} is a tuple with one entry per argument: write (x,) for a single one")
    trace = _trace("jvp", f, tuple(primals), {}, tuple(range(len(primals))), has_aux=has_aux, forward=True)
    directions = _like("jvp: the tangent", tuple(tangents), tuple(primals), trace.arrays)
    trace.close()
    dy = tree.rebuild(trace.y, trace.tangents(directions))
    return (trace.value(), dy, trace.auxiliary()) if has_aux else (trace.value(), dy)


def jacobian(f: Function, argnums: Argnums = 0, *, mode: str | None = None, holomorphic: bool = False) -> Function:
    """x -> dy_i/dx_j, of shape ``y.shape + x.shape``; nested results hold nested arguments.

    ``mode`` is "reverse" (a sweep for each element of y) or "forward" (for each element of x); left out,
    whichever has fewer to do.

        >>> jacobian(lambda x: x[::-1] * 2)(np.array([1.0, 1.0]))
        array([[0., 2.],
               [2., 0.]])
    """
    if mode not in (None, "forward", "reverse"):
        raise ValueError(f"jacobian: mode is 'forward', 'reverse' or None, got {mode!r}")

    @functools.wraps(f)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        trace = _trace("jacobian", f, args, kwargs, argnums, forward=mode != "reverse")
        way = mode or _fewer_sweeps(trace)
        _check_complex("jacobian", trace, holomorphic, way)
        blocks = _columns(trace) if way == "forward" else _rows(trace)
        trace.close()
        return tree.rebuild(trace.y, [_by_argument(trace, row, argnums) for row in blocks])

    return _named(derivative, "jacobian", f)


def hessian(f: Function, argnums: Argnums = 0, *, mode: str | None = "forward", holomorphic: bool = False) -> Function:
    """x -> d²f/dx², of shape ``x.shape + x.shape``: by default forward over reverse.

        >>> hessian(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
        array([[ 6.,  0.],
               [ 0., 12.]])
    """  # fmt: skip
    return _named(
        jacobian(grad(f, argnums, holomorphic=holomorphic), argnums, mode=mode, holomorphic=holomorphic), "hessian", f
    )


def hvp(f: Function, argnums: Argnums = 0) -> Function:
    """(x, v) -> H v, the Hessian times a vector, at a small multiple of the cost of the gradient.

    The last positional argument is v, in the form of what ``argnums`` chooses.

        >>> hvp(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
        array([ 6., 12.])
    """

    @functools.wraps(f)
    def product(*args: Any, **kwargs: Any) -> Any:
        if len(args) < 1:
            raise TypeError("hvp: the last positional argument is the vector, as in hvp(f)(x, v)")
        *rest, v = args
        chosen = _places("hvp", f, tuple(rest), kwargs, argnums)
        x = tuple(rest[at] if isinstance(at, int) else kwargs[at] for at in chosen)

        def gradient(*moving: Any) -> Any:
            now = dict(zip(chosen, moving, strict=True))
            return grad(f, argnums)(
                *[now.get(i, a) for i, a in enumerate(rest)], **{k: now.get(k, a) for k, a in kwargs.items()}
            )

        return jvp(gradient, x, (v,) if isinstance(argnums, int | str) else tuple(v))[1]

    return _named(product, "hvp", f)


def forward_mode() -> Switch:
    """Keep, inside this block, also what a forward sweep over the graph needs (``jvp`` does so by itself)."""
    return Switch(forward=True)


# ---------------------------------------------------------------- arguments


def _trace(who: str, f: Function, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: Argnums, **how: Any) -> Trace:
    return Trace(who, f, args, kwargs, _places(who, f, args, kwargs, argnums), **how)


def _places(who: str, f: Function, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: Argnums) -> list[int | str]:
    """Where the chosen arguments are in this call: positions for positional ones, names for keywords."""
    asked = [argnums] if isinstance(argnums, int | str) else list(argnums)
    places: list[int | str] = []
    for name in asked:
        at: int | str | None = None
        if isinstance(name, str):
            at = name if name in kwargs else _position(f, name)
        elif isinstance(name, int):
            at = name + len(args) if name < 0 else name
        if at is None or (isinstance(at, int) and not 0 <= at < len(args)):
            given = f"{len(args)} positional" + (f" and {', '.join(kwargs)}" if kwargs else "")
            raise TypeError(
                f"{who}: there is no argument {name!r} in this call, which has {given}. "
                "argnums takes positions (0 is the first) and names"
            )
        if at in places:
            raise ValueError(f"{who}: argnums chooses argument {name!r} twice")
        places.append(at)
    return places


def _position(f: Function, name: str) -> int | None:
    """The position of a parameter."""
    try:
        names = list(inspect.signature(f).parameters)
    except (ValueError, TypeError):  # a function without a signature
        return None
    return names.index(name) if name in names else None


def _nests(trace: Trace, values: Sequence[Any]) -> list[Any]:
    """Values for the leaves of all arguments, in the nests of the arguments."""
    rest = iter(values)
    return [tree.rebuild(nest, rest) for nest in trace.nests]


def _by_argument(trace: Trace, values: Sequence[Any], argnums: Argnums) -> Any:
    """The same: one argument's, or a tuple if several were asked for."""
    nests = _nests(trace, values)
    return nests[0] if isinstance(argnums, int | str) else tuple(nests)


def _like(what: str, given: Any, nest: Any, leaves: Sequence[Any]) -> list[Any]:
    """The leaves of a gradient or tangent, checked to have the form of what they belong to."""
    values = tree.leaves(given)
    if len(values) != len(leaves):
        raise ValueError(f"{what} has {len(values)} leaves, but what it belongs to has {len(leaves)}: {_form(nest)}")
    fitted = []
    for v, x in zip(values, leaves, strict=True):
        shape, dtype = np.shape(raw(x)), np.result_type(raw(x))
        if np.shape(raw(v)) != shape:
            raise ValueError(f"{what} has shape {np.shape(raw(v))}, but what it belongs to has shape {shape}")
        if np.result_type(raw(v)).kind == "c" and dtype.kind == "f":
            raise TypeError(f"{what} is complex, but what it belongs to is real ({dtype})")
        if tracked(v):
            fitted.append(v if v.dtype == dtype or dtype.kind not in "fc" else v.astype(dtype))
        else:
            fitted.append(np.array(raw(v), dtype=dtype if dtype.kind in "fc" else None))
    return fitted


def _form(nest: Any) -> str:
    return str(tree.transform(lambda x: np.shape(raw(x)), nest))


# ---------------------------------------------------------------- results


def _one_number(trace: Trace) -> Any:
    """The single number that was differentiated."""
    y = trace.y
    if tree.children(y) is not None:
        raise TypeError(
            f"{trace.who}: the function must return one number, but returned a {type(y).__name__}. If all but the "
            "first is only to be passed on, say has_aux=True; for the derivatives of all, use jacobian or vjp"
        )
    shape = np.shape(raw(y))
    if np.size(raw(y)) != 1:
        raise TypeError(
            f"{trace.who}: the function must return one number, but its result has shape {shape}. Reduce it, as in "
            "np.sum(...), or use jacobian (all derivatives), elementwise_grad (one per element) or vjp"
        )
    return y


def _check_complex(who: str, trace: Trace, holomorphic: bool, mode: str = "reverse") -> None:
    """A complex derivative has one number only for holomorphic functions: say so, never take half of it."""
    complex_in = [np.iscomplexobj(x) for x in trace.arrays]
    complex_out = [np.iscomplexobj(raw(y)) for y in trace.outputs]
    if holomorphic:
        if not all(complex_in) or not all(complex_out):
            raise TypeError(f"{who}(holomorphic=True) needs complex arguments and complex results")
    elif any(complex_out) and (any(complex_in) or mode == "reverse"):
        forward = " (mode='forward' differentiates a complex function of real numbers)" if who == "jacobian" else ""
        raise TypeError(
            f"{who}: the result is complex. If the function has a complex derivative, pass holomorphic=True; "
            f"else differentiate its real and imaginary parts, as in np.real(f(x)){forward}"
        )
    elif any(complex_in) and mode == "forward":
        raise TypeError(f"{who}: a real function of complex numbers has a gradient in mode='reverse' only")


def _fewer_sweeps(trace: Trace) -> str:
    """The mode with fewer sweeps; of equal ones reverse, which every operation has."""
    complex_in = any(np.iscomplexobj(x) for x in trace.arrays)
    complex_out = any(np.iscomplexobj(raw(y)) for y in trace.outputs)
    if complex_in != complex_out:
        return "reverse" if complex_in else "forward"
    wide, tall = sum(np.size(x) for x in trace.arrays), sum(np.size(raw(y)) for y in trace.outputs)
    return "forward" if wide < tall else "reverse"


def _rows(trace: Trace) -> list[list[Any]]:
    """For each output, its Jacobian by each input: one reverse sweep per element of the outputs."""
    found = []
    for k, y in enumerate(trace.outputs):
        rows = []
        for one in _basis(raw(y)):
            seeds = [one if i == k else np.zeros_like(raw(o)) for i, o in enumerate(trace.outputs)]
            rows.append(trace.gradients(seeds, retain_graph=True))
        found.append([_stack([r[i] for r in rows], np.shape(raw(y)) + x.shape, x) for i, x in enumerate(trace.arrays)])
    return found


def _columns(trace: Trace) -> list[list[Any]]:
    """The same by one forward sweep per element of the inputs."""
    found: list[list[Any]] = [[] for _ in trace.outputs]
    for k, x in enumerate(trace.arrays):
        columns = []
        for one in _basis(x):
            columns.append(trace.tangents([one if i == k else np.zeros_like(a) for i, a in enumerate(trace.arrays)]))
        for i, y in enumerate(trace.outputs):
            shape = np.shape(raw(y))
            stacked = _stack([c[i] for c in columns], x.shape + shape, raw(y))
            axes = tuple(range(x.ndim, x.ndim + len(shape))) + tuple(range(x.ndim))
            found[i].append(np.transpose(stacked, axes) if axes else stacked)
    return found


def _basis(x: Any) -> Any:
    """The arrays like x with a single 1."""
    for i in range(np.size(x)):
        one = np.zeros_like(x)
        one.reshape(-1)[i] = 1
        yield one


def _stack(parts: list[Any], shape: tuple[int, ...], like: Any) -> Any:
    """Derivatives element by element as one array; alone, as it is."""
    if not shape:
        return parts[0]
    if not parts:
        return np.zeros_like(like, shape=shape)
    return np.reshape(np.stack(parts), shape)


def _named(made: Function, name: str, f: Function) -> Function:
    of_what = getattr(f, "__name__", type(f).__name__)
    made.__name__ = made.__qualname__ = f"{name}({of_what})"
    made.__doc__ = f"The {name} of {of_what}."
    return made
