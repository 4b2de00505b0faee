"""Which arguments are differentiated, the form of their derivatives, and errors that explain what is refused.

Convention: a place in a call is a position (of a positional argument) or a name (of a keyword).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Literal, ParamSpec, TypeVar

import numpy as np

from . import nests as tree
from .trace import Trace, raw, tracked

Function = Callable[..., Any]
Argnums = int | str | Sequence[int | str]
Mode = Literal["forward", "reverse"]
P = ParamSpec("P")
R = TypeVar("R")


# ---------------------------------------------------------------- arguments


def trace_of(
    who: str, f: Function, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: Argnums, **how: Any
) -> Trace:
    return Trace(who, f, args, kwargs, places(who, f, args, kwargs, argnums), **how)


def places(who: str, f: Function, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: Argnums) -> list[int | str]:
    """Where the arguments named by ``argnums`` are in this call: positions, or names for keywords."""
    wanted = [argnums] if isinstance(argnums, int | str) else list(argnums)
    found: list[int | str] = []
    for name in wanted:
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
        if at in found:
            raise ValueError(f"{who}: argnums has argument {name!r} twice")
        found.append(at)
    return found


def _position(f: Function, name: str) -> int | None:
    """The position of a parameter."""
    try:
        names = list(inspect.signature(f).parameters)
    except (ValueError, TypeError):  # a function without a signature
        return None
    return names.index(name) if name in names else None


def nests(trace: Trace, values: Sequence[Any]) -> list[Any]:
    """Values for the leaves of all arguments, as nests of the arguments' form."""
    rest = iter(values)
    return [tree.rebuild(nest, rest) for nest in trace.nests]


def by_argument(trace: Trace, values: Sequence[Any], argnums: Argnums) -> Any:
    """The same: the nest of one argument, or a tuple of them if ``argnums`` has several."""
    whole = nests(trace, values)
    return whole[0] if isinstance(argnums, int | str) else tuple(whole)


def like(what: str, given: Any, nest: Any, leaves: Sequence[Any]) -> list[Any]:
    """The leaves of a gradient or tangent, checked to have the form of ``nest``, to which it belongs."""
    values = tree.leaves(given)
    if len(values) != len(leaves):
        raise ValueError(f"{what} has {len(values)} leaves and should have {len(leaves)}: {_form(nest)}")
    fitted = []
    for v, x in zip(values, leaves, strict=True):
        shape, dtype = np.shape(raw(x)), np.result_type(raw(x))
        if np.shape(raw(v)) != shape:
            raise ValueError(f"{what} has shape {np.shape(raw(v))}, but should have shape {shape}")
        if np.result_type(raw(v)).kind == "c" and dtype.kind == "f":
            raise TypeError(f"{what} is complex, but should be real ({dtype})")
        if tracked(v):
            fitted.append(v if v.dtype == dtype or dtype.kind not in "fc" else v.astype(dtype))
        else:
            fitted.append(np.array(raw(v), dtype=dtype if dtype.kind in "fc" else None))
    return fitted


def _form(nest: Any) -> str:
    return str(tree.transform(lambda x: np.shape(raw(x)), nest))


# ---------------------------------------------------------------- results


def one_number(trace: Trace) -> Any:
    """The single number that was differentiated."""
    y = trace.y
    if tree.children(y) is not None:
        raise TypeError(
            f"{trace.who}: the function must return one number, but returned a {type(y).__name__}. If all but the "
            "first is only passed through, say has_aux=True; for derivatives of all of them use jacobian or vjp"
        )
    shape = np.shape(raw(y))
    if np.size(raw(y)) != 1:
        raise TypeError(
            f"{trace.who}: the function must return one number, but its result has shape {shape}. Reduce it, as in "
            "np.sum(...), or use jacobian (all derivatives), elementwise_grad (one per element) or vjp"
        )
    return y


def check_complex(who: str, trace: Trace, holomorphic: bool, mode: str = "reverse") -> None:
    """Raise TypeError where no single complex number is the derivative, rather than drop half of it silently."""
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
        raise TypeError(f"{who}: a real function of complex numbers has a gradient only in mode='reverse'")


# ---------------------------------------------------------------- names


def named(made: Callable[P, R], name: str, f: Function) -> Callable[P, R]:
    """Name a derivative of f after it: ``grad(f)`` and so on."""
    of_what = getattr(f, "__name__", type(f).__name__)
    made.__name__ = made.__qualname__ = f"{name}({of_what})"
    made.__doc__ = f"The {name} of {of_what}."
    return made
