"""A layer's class called as if it were the layer: ``nn.ReLU(x)`` for ``nn.ReLU()(x)``, ``nn.MSELoss(y, target)``.

Convention: only constructors of this library are looked after, and only tracked tensors are taken for data: arrays may
be weights.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.declare import INNER, explained, is_ours

OWN = f"{__name__.partition('.')[0]}."


def look_after(kind: Any) -> None:
    """Let a class of this library refuse data in its constructor, and say how its layers are called."""
    if kind.__module__.startswith(OWN):
        if "__init__" in vars(kind):
            kind.__init__ = _refusing_data(kind.__init__)
        elif kind.__init__ is object.__init__:
            kind.__init__ = _refusing_data(_without_options(kind.__name__))


def _refusing_data(init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def construct(self: Any, *args: Any, **options: Any) -> None:
        if args and any(isinstance(x, Tensor) and x.requires_grad for x in args):
            raise _given_data(type(self))
        try:
            init(self, *args, **options)
        except INNER as error:
            raise _about_options(error, type(self).__name__, init, args, options) from None

    return construct


def _about_options(error: Exception, name: str, init: Any, args: Any, options: Any) -> Exception:
    """An error of Python's or NumPy's own in a constructor, as one about the option that is no whole number."""
    try:
        bound = inspect.signature(init).bind(None, *args, **options).arguments
    except TypeError:  # Python's count of the arguments
        return error
    for option, value in bound.items():
        whole = inspect.signature(init).parameters[option].annotation == "int"
        if whole and not is_ours(error) and (isinstance(value, bool) or not isinstance(value, int | np.integer)):
            return TypeError(f"{name}: {option} is a whole number, got {type(value).__name__} {value!r:.60}")
    return explained(error, name, [])


def _without_options(name: str) -> Callable[..., None]:
    def init(self: Any) -> None:
        pass

    init.__qualname__ = f"{name}.__init__"  # as Python's error names it that refuses arguments
    return init


def _given_data(kind: type) -> TypeError:
    name = kind.__name__
    options = inspect.signature(kind).parameters.values()
    needed = any(p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD for p in options)
    data = "input, target" if name.endswith("Loss") else "x"
    call = f"nn.{name}({'...' if needed else ''})({data})"
    return TypeError(f"{name}(...) takes options, not data. Make one first, then call it with the data: {call}")
