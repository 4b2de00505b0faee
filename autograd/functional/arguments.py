"""Which arguments are differentiated, the form of their derivatives, and errors that explain what is refused.

Convention: a place in a call is a position (of a positional argument) or a name (of a keyword).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, Literal, ParamSpec, TypeVar

import numpy as np

from ..declare import arithmetic, copied, mistaken
from ..tensor import Tensor
from . import nests as tree

Function = Callable[..., Any]
Argnums = int | str | Sequence[int | str]
Mode = Literal["forward", "reverse"]
P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])


def places(who: str, f: Function, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: Argnums) -> list[int | str]:
    """Where the arguments named by ``argnums`` are in this call: positions, or names for keywords."""
    if argnums.__class__ is int and 0 <= argnums < len(args):
        return [argnums]
    found: list[int | str] = []
    for name in [argnums] if isinstance(argnums, int | str) else argnums:
        at: int | str | None = None
        if name.__class__ is int and 0 <= name < len(args):
            at = name
        elif isinstance(name, str):
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


def argnum_too(derivative: F) -> F:
    """A derivative of functions, that takes ``argnum=``, HIPS autograd's word, for its ``argnums``.

    By that word arrays of whole numbers are taken as floats, as there: packages hand on what their users gave them.
    """

    @functools.wraps(derivative)
    def call(*args: Any, **kwargs: Any) -> Any:
        if "argnum" in kwargs:
            if "argnums" in kwargs or len(args) > 1:
                raise TypeError(
                    f"{derivative.__name__}: argnum= and argnums= say the same, and both are given; leave one out"
                )
            kwargs["argnums"] = kwargs.pop("argnum")
            return _of_floats(derivative(*args, **kwargs), kwargs["argnums"])
        return derivative(*args, **kwargs)

    return call  # type: ignore[return-value]


def _of_floats(function: Function, argnums: Argnums) -> Function:
    """A function that gets arrays of whole numbers at these places as floats."""
    at = [argnums] if isinstance(argnums, int | str) else list(argnums)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        given: list[Any] = list(args)
        for place in at:
            where: Any = kwargs if isinstance(place, str) else given
            if place in (kwargs if where is kwargs else range(-len(given), len(given))):
                x = where[place]
                if isinstance(x, np.ndarray) and x.dtype.kind in "iu":
                    where[place] = x.astype(np.float64)
        return function(*given, **kwargs)

    return call


def _position(f: Function, name: str) -> int | None:
    """The position of a parameter."""
    try:
        names = list(inspect.signature(f).parameters)
    except (ValueError, TypeError):  # a function without a signature
        return None
    return names.index(name) if name in names else None


def chosen(args: Sequence[Any], kwargs: dict[str, Any], at: Sequence[int | str]) -> list[Any]:
    """The arguments at these places."""
    return [args[i] if isinstance(i, int) else kwargs[i] for i in at]


def exchanged(args: Sequence[Any], kwargs: dict[str, Any], at: Sequence[int | str], others: Sequence[Any]) -> Any:
    """The arguments and keywords of a call, with others at these places."""
    if not kwargs:
        positional = list(args)
        for i, x in zip(at, others, strict=True):
            positional[i] = x  # type: ignore[index]
        return positional, {}
    now = dict(zip(at, others, strict=True))
    return [now.get(i, x) for i, x in enumerate(args)], {name: now.get(name, x) for name, x in kwargs.items()}


def check_input(who: str, name: str, x: Any, otherwise: str = "leave it out of argnums") -> None:
    """Raise TypeError unless an input consists of real or complex floating-point numbers.

    ``otherwise`` says what to do if its derivative is not wanted.
    """
    if x.__class__ is float or (x.__class__ is np.ndarray and x.dtype.kind in "fc"):
        return
    kind = type(x).__name__
    numbers = isinstance(x, np.ndarray | np.generic | Tensor | float | int) and not arithmetic(x)
    if kind != "Value" and not numbers and mistaken(x):
        raise TypeError(f"{who}: cannot differentiate by {name}, which is {mistaken(x)}")
    if isinstance(x, bool | int):
        fix = f"Write {float(x)!r} instead of {x!r}"
    elif hasattr(x, "dtype") and hasattr(x, "shape"):
        if x.dtype.kind in "fc":
            return
        kind = f"{'array' if kind == 'ndarray' else kind} of {x.dtype}"
        fix = "Write x.astype(float)"
    elif isinstance(x, float | complex):
        return
    else:
        fix = "y.backward() gives derivatives by Values" if kind == "Value" else "give numbers, arrays or tensors"
        raise TypeError(f"{who}: cannot differentiate by {name}, which is a {kind}: {fix}")
    raise TypeError(
        f"{who}: {name} is {'an' if kind[0] in 'aeiou' else 'a'} {kind}, and derivatives need real or complex numbers. "
        f"{fix}; if you do not want this derivative, {otherwise}"
    )


def like(what: str, given: Any, nest: Any, leaves: Sequence[Any]) -> list[Any]:
    """The leaves of a gradient or tangent, checked to have the form of ``nest``, to which it belongs."""
    values = tree.leaves(given)
    if len(values) != len(leaves):
        form = tree.transform(lambda x: np.shape(raw(x)), nest)
        raise ValueError(f"{what} has {len(values)} leaves and should have {len(leaves)}: {form}")
    fitted = []
    for v, x in zip(values, leaves, strict=True):
        a = raw(x)
        usual = v.__class__ is a.__class__ is np.ndarray and v.dtype is a.dtype and v.dtype.kind in "fc"
        if usual and v.shape == a.shape:
            fitted.append(np.array(v))
            continue
        if mistaken(raw(v)):
            raise TypeError(f"{what} is made of numbers, but there is {mistaken(raw(v))}")
        shape, dtype = np.shape(raw(x)), np.result_type(raw(x))
        if np.shape(raw(v)) != shape:
            raise ValueError(f"{what} has shape {np.shape(raw(v))}, but should have shape {shape}")
        if np.result_type(raw(v)).kind == "c" and dtype.kind == "f":
            raise TypeError(f"{what} is complex, but should be real ({dtype})")
        if tracked(v):
            fitted.append(v if v.dtype == dtype or dtype.kind not in "fc" else v.astype(dtype))
        else:
            fitted.append(copied(raw(v), dtype if dtype.kind in "fc" else None))
    return fitted


def tracked(x: object) -> bool:
    """Is it a tensor with a graph?"""
    return isinstance(x, Tensor) and x.node is not None


def raw(x: Any) -> Any:
    """A tensor's array; anything else as it is."""
    return x._array if isinstance(x, Tensor) else x


def check_function(who: str, f: Any, argnums: Any = 0) -> None:
    """Raise TypeError unless f is a function, and ``argnums`` names arguments."""
    if argnums.__class__ is int and callable(f):
        return
    if not callable(f):
        raise TypeError(
            f"{who} takes a function, not its result: it got a {type(f).__name__}. Of a tensor that was computed "
            "already, loss.backward() leaves the gradients in x.grad"
        )
    named = [argnums] if isinstance(argnums, int | str) else argnums
    if not isinstance(named, Sequence) or not all(isinstance(name, int | str) for name in named):
        raise TypeError(
            f"{who}: argnums says by which arguments to differentiate, as positions or names, and is given "
            f"{argnums!r}. The arguments themselves come in a second pair of brackets: {who}(f)(x)"
        )


def named(made: Callable[P, R], name: str, f: Function, argnums: Argnums = 0) -> Callable[P, R]:
    """A derivative of f with f's signature, named after it: ``grad(f)`` and so on."""
    check_function(name, f, argnums)
    of_what = getattr(f, "__name__", type(f).__name__)
    functools.update_wrapper(made, f)
    made.__name__ = made.__qualname__ = f"{name}({of_what})"
    made.__doc__ = f"The {name} of {of_what}."
    return made
