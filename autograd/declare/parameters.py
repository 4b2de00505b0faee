"""The parameters of functions and rules, read once where they are declared."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

STARS = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS


def parameters(function: Callable[..., Any]) -> tuple[tuple[str, ...], dict[str, Any], int]:
    """A function's parameter names, their defaults, and how many are positional only."""
    if isinstance(function, np.ufunc):
        names = ("x",) if function.nin == 1 else ("a", "b") if function.nin == 2 else tuple("abcdefg"[: function.nin])
        extra = ("axis", "axes", "dtype") if function.signature else ("dtype",)
        return names + extra, {}, function.nin
    function = getattr(function, "_implementation", function)  # what NumPy's dispatcher calls
    code = getattr(function, "__code__", None)
    if code is not None and not code.co_flags & STARS and not hasattr(function, "__wrapped__"):  # ``inspect`` is slow
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        last = function.__defaults__ or ()
        defaults = dict(zip(names[code.co_argcount - len(last) :], last))  # noqa: B905  (keyword-only ones follow)
        return names, defaults | (function.__kwdefaults__ or {}), code.co_posonlyargcount
    parameters = inspect.signature(function).parameters.values()
    return (
        tuple(p.name for p in parameters),
        {p.name: p.default for p in parameters if p.default is not p.empty},
        sum(p.kind is p.POSITIONAL_ONLY for p in parameters),
    )


def stars(function: Callable[..., Any]) -> bool:
    """Does it take ``*args`` or ``**kwargs``?"""
    if isinstance(function, np.ufunc):
        return False
    return any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in inspect.signature(function).parameters.values())
