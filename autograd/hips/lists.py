"""Lists with tensors in them, given where NumPy takes an array: they become one tensor.

Convention: NumPy hands a function on to tensors if one of its arguments is a tensor, but looks into no list. A function
of these modules is NumPy's own, called as it stands. Only where its first argument is such a list, or where NumPy was
about to take a tracked tensor's numbers out of a list, are the lists joined.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from ..tensor import Tensor
from .boxes import getval

NESTS = frozenset((list, tuple))
SEEN = 8  # parts of a list that are looked at before NumPy is asked


def joined(x: Any) -> Any:
    """A list or tuple with tensors in it, at any depth, as one tensor; anything else as it is."""
    return _joined(x) if isinstance(x, list | tuple) and _holds(x) else x


def parts_joined(x: Any) -> Any:
    """A list of arrays, in which lists with tensors in them become tensors."""
    return [joined(part) for part in x] if isinstance(x, list | tuple) and _holds(x) else x


def _holds(nest: Any) -> bool:
    return any(isinstance(x, Tensor) or (isinstance(x, list | tuple) and _holds(x)) for x in nest)


def begins(nest: Any) -> bool:
    """Is there a tensor among its first parts?"""
    for x in nest[:SEEN]:  # noqa: SIM110  (a generator takes three times as long)
        if x.__class__ is Tensor or (x.__class__ in NESTS and begins(x)):
            return True
    return False


def _joined(nest: Any) -> Any:
    leaves: list[Any] = []
    shape = _shape(nest, leaves)
    if shape is None:  # a list beside an array
        return np.stack([joined(part) for part in nest])
    y = np.stack(leaves)
    return y if len(shape) == 1 else y.reshape(shape + y.shape[1:])


def _shape(nest: Any, leaves: list[Any]) -> tuple[int, ...] | None:
    """The lengths of nested lists, with their leaves in order; None if they are not nested equally everywhere."""
    if not isinstance(nest, list | tuple):
        leaves.append(nest)
        return ()
    shapes = {_shape(part, leaves) for part in nest}
    inner = shapes.pop() if len(shapes) == 1 else None
    return None if inner is None else (len(nest), *inner)


def of_lists(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of arrays that takes lists with tensors in them, too."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if args and args[0].__class__ in NESTS and begins(args[0]):
            args = (_joined(args[0]), *args[1:])
        try:
            return function(*args, **kwargs)
        except TypeError:
            again = _others(joined, args, kwargs)
            if again is None:
                raise
        return function(*again[0], **again[1])

    return _named(call, function)


def of_lists_of_arrays(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same of a function that takes a list of arrays: each may be a list, and all may come from an iterator."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if args and args[0].__class__ not in NESTS and _is_lazy(args[0]):
            args = (list(args[0]), *args[1:])
        try:
            return function(*args, **kwargs)
        except TypeError:
            again = _others(parts_joined, args, kwargs)
            if again is None:
                raise
        return function(*again[0], **again[1])

    return _named(call, function)


def of_steps(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is constant between jumps, such as floor: it gives plain numbers, as HIPS autograd's do.

    Its derivative is 0, so that nothing is lost, and ``int(np.floor(x))`` can be an index.
    """

    def call(*args: Any, **kwargs: Any) -> Any:
        y = function(*args, **kwargs)
        return y if y.__class__ is np.ndarray else getval(y)

    return _named(call, function)


def _is_lazy(x: Any) -> bool:
    """Is it a generator, the values of a dict, or another thing that can only be gone through?"""
    return isinstance(x, Iterable) and not hasattr(x, "__getitem__")


def _others(join: Callable[[Any], Any], args: Iterable[Any], kwargs: Mapping[str, Any]) -> Any:
    """Other arguments, None if they would be the same."""
    found = [join(x) for x in args], {name: join(x) for name, x in kwargs.items()}
    given = *args, *kwargs.values()
    changed = any(x is not y for x, y in zip(given, [*found[0], *found[1].values()], strict=True))
    return found if changed else None


def _named(call: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    return functools.update_wrapper(call, function)


def at_home(names: dict[str, Any], module: str) -> dict[str, Any]:
    """The names, with functions that are wrapped here said to be of this module, where pickles look for them."""
    for thing in names.values():
        if hasattr(thing, "__wrapped__") and getattr(thing, "__globals__", {}).get("__package__") == __package__:
            thing.__module__ = module
    return names


# Functions that take a list of arrays; several arrays after one another are arguments as others
OF_LISTS_OF_ARRAYS = {
    "choose", "column_stack", "concat", "concatenate", "dstack", "histogramdd", "hstack",
    "multi_dot", "select", "stack", "vstack",
}  # fmt: skip
PRODUCTS = {"matmul", "matvec", "vecdot", "vecmat"}  # ufuncs of whole arrays


def namespace(module: ModuleType) -> dict[str, Any]:
    """All public names of a module of NumPy but for its modules; functions of arrays take lists with tensors in them.

    NumPy's ufuncs but for matrix products, its types and whatever takes no array are the very same objects.
    """
    found: dict[int, Any] = {}
    names = {}
    for name, thing in vars(module).items():
        if not (name.startswith("_") or isinstance(thing, ModuleType)):
            takes_arrays = hasattr(thing, "_implementation") and name != "block"  # whose lists are its own
            if (takes_arrays or name in PRODUCTS) and id(thing) not in found:
                kind = of_lists_of_arrays if name in OF_LISTS_OF_ARRAYS else of_lists
                found[id(thing)] = kind(thing)
            names[name] = found.get(id(thing), thing)
    return names
