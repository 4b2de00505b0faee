"""The local variables of a function, as they are when it returns.

Convention: Python tells a profile function of each return; one that is there already is told too, and is back
afterwards. Where a profiler of another kind is at work, it is left alone, and there are no variables.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType, MethodType
from typing import Any


@contextmanager
def variables(f: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    """A dict that holds the local variables of f after it was called inside this block."""
    found: dict[str, Any] = {}
    code, before = code_of(f), sys.getprofile()
    if code is None or not (before is None or isinstance(before, FunctionType | MethodType)):
        yield found
        return

    def note(frame: Any, event: str, argument: Any) -> None:
        if event == "return" and frame.f_code is code:
            found.clear()
            found.update(frame.f_locals)
        if before is not None:
            before(frame, event, argument)

    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(before)


def function_of(f: Any) -> Any:
    """The Python function that a callable runs: of a module its ``forward``."""
    while True:
        if isinstance(f, functools.partial):
            f = f.func
        elif isinstance(f, MethodType):
            f = f.__func__
        elif isinstance(f, FunctionType):
            inner = inspect.unwrap(f)
            return inner if isinstance(inner, FunctionType) else f
        elif hasattr(type(f), "forward"):
            f = type(f).forward
        else:
            f = inspect.getattr_static(type(f), "__call__", None)
            if not isinstance(f, FunctionType):
                return None


def owner_of(f: Any) -> Any:
    """The object whose method a callable is, or the callable object itself; None of a function."""
    while isinstance(f, functools.partial):
        f = f.func
    if isinstance(f, MethodType):
        return f.__self__
    return f if function_of(f) is not None and not isinstance(f, FunctionType) else None


def code_of(f: Any) -> CodeType | None:
    function = function_of(f)
    return None if function is None else function.__code__


def seen_by(f: Any) -> dict[str, Any]:
    """The variables of its closure and the globals that a function reads, by name."""
    function = function_of(f)
    if function is None:
        return {}
    code = function.__code__
    found = {}
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not bound yet
            continue
    names = [name for inner in _codes(code) for name in inner.co_names]
    return found | {name: function.__globals__[name] for name in names if name in function.__globals__}


def _codes(code: CodeType) -> Iterator[CodeType]:
    """This code and that of functions inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
