"""A module of SciPy with our twins of its functions."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from ..extras import extra
from .lists import at_home, of_lists

# Keywords of SciPy's that are about memory and checks, not about the result
ASIDE = "check_finite", "overwrite_a", "overwrite_ab", "overwrite_b"


def names(module: str, twins: Iterable[str]) -> dict[str, Any]:
    """The public names of ``scipy.<module>``; the twins are ``autograd.<module>``'s, and take lists of tensors."""
    theirs = extra(f"scipy.{module}", "scipy", f"autograd.scipy.{module}")
    ours = importlib.import_module(f"..{module}", __package__)
    found = {
        name: thing
        for name, thing in vars(theirs).items()
        if not name.startswith("_") and not isinstance(thing, ModuleType)
    }
    wrapped = {name: of_lists(_without_asides(getattr(ours, name))) for name in twins}
    return found | at_home(wrapped, f"autograd.scipy.{module}")


def _without_asides(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **{name: x for name, x in kwargs.items() if name not in ASIDE})

    return functools.update_wrapper(call, function)


def distribution(name: str) -> tuple[dict[str, Any], Callable[[str], Any]]:
    """The functions of a distribution of ``autograd.stats``, and where a module finds the others: in SciPy's."""
    ours = getattr(importlib.import_module("..stats", __package__), name)
    methods = {m: getattr(ours, m) for m in dir(ours) if not m.startswith("_") and callable(getattr(ours, m, None))}

    def find(method: str) -> Any:
        if method.startswith("__"):
            raise AttributeError(method)
        return getattr(getattr(extra("scipy.stats", "scipy", f"autograd.scipy.stats.{name}.{method}"), name), method)

    return methods, find
