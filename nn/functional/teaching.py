"""The functions as users call them: an error of Python's or NumPy's own is one about what they were given.

Convention: only the public names are wrapped. A function calls others by the files that they stand in.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar

from autograd.declare import INNER, explained

PUBLIC = __name__.rpartition(".")[0]
F = TypeVar("F", bound=Callable[..., Any])


def teaching(things: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Those of these functions that are no operations, wrapped: an operation explains its operands itself."""
    return {
        name: taught(things[name])
        for name in names
        if isinstance(things[name], FunctionType) and things[name].__code__.co_filename[0] != "<"
    }


def taught(function: F) -> F:
    @wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        try:
            return function(*args, **options)
        except INNER as error:
            raise explained(error, function.__name__, _operands(function, args, options), arrays=True) from None

    call.__module__ = PUBLIC  # where it is pickled from
    return call  # type: ignore[return-value]


def _operands(function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> list[tuple[str, Any]]:
    """The arguments that stand for arrays, by name."""
    try:
        signature = inspect.signature(function)
        bound = signature.bind(*args, **options).arguments
    except TypeError:
        return []
    kinds = {name: str(parameter.annotation) for name, parameter in signature.parameters.items()}
    return [(name, x) for name, x in bound.items() if "A" in kinds[name] and not (x is None and "None" in kinds[name])]
