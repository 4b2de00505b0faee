"""Views: tensors that show elements of another one, their base, and go on showing them when either is written to.

Convention: ``t._family`` is None for most tensors. For the base of a family it is the list of (weak references to)
the views that show its numbers as they are; for a view it is the tuple (base, function, arguments, options, list):
the view is function(base, *arguments, **options). A write makes a new base, in which the graph continues, and leaves
the views of the family stale: each is taken anew from the base as soon as somebody looks at it (``Stale``).
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any
from weakref import ref

import numpy as np

from ..core import enable_grad, no_grad, shared
from ..declare import Late, Operation
from ..ops.setitem import written

SHOWING = {
    "broadcast_to", "diagonal", "expand_dims", "flip", "fliplr", "flipud", "getitem", "moveaxis", "reshape", "rot90",
    "sliding_window_view", "split", "squeeze", "swapaxes", "transpose", "unstack",
}  # fmt: skip
Stale: Any = None  # the class of a stale view, filled in by stale.py


def note(view: Any, base: Any, function: Callable[..., Any], arguments: Any, options: Any) -> None:
    """Note that ``view`` is function(base, *arguments, **options), whose memory it shares."""
    family = family_of(base)
    view._family = base, function, arguments, options, family
    family.append(ref(view))
    if not len(family) & 1023:
        forget_gone(family)


def family_of(base: Any) -> list[Any]:
    """The list of a family, made for the first view."""
    family = base._family
    if family is None:
        family = base._family = []
    return family if family.__class__ is list else family[4]


def forget_gone(family: list[Any]) -> None:
    """Drop the references to views that are no more; in one step, since other threads may append."""
    n = len(family)
    family[:n] = [r for r in family[:n] if r() is not None]


def note_result(out: Any, x: Any, operation: Operation, arguments: Any, options: dict[str, Any]) -> None:
    """Note which results of an operation on x alone are views of it: ``out`` is a tensor, or a sequence of them."""
    if out.__class__ is Late.Tensor:
        if _shows(out._array, x._array, operation, arguments, options):
            if operation.many:
                note(out, x, _of_list, (operation, *arguments), options)
            else:
                note(out, x, operation, arguments, options)
    elif isinstance(out, tuple | list):
        for k, part in enumerate(out):
            if part.__class__ is Late.Tensor and _shows(part._array, x._array, operation, arguments, options):
                note(part, x, _part, (operation, k, *arguments), options)


def _shows(y: Any, a: Any, operation: Operation, arguments: Any, options: dict[str, Any]) -> bool:
    """Does the array y, computed from a alone, show elements of it?

    NumPy's arrays say so. Of a library whose arrays do not, the functions that give views of NumPy's count as views.
    """
    base = getattr(y, "base", None)
    if y is a or base is a:
        return True
    if y.__class__ is np.ndarray:
        return base is not None and np.may_share_memory(y, a)
    if base is not None or operation.name not in SHOWING:
        return False
    keys = (*arguments, *options.values()) if operation.name == "getitem" else ()
    parts = [part for key in keys for part in (key if isinstance(key, tuple) else (key,))]
    if operation.name == "getitem" and y.shape == () and all([isinstance(part, int | np.integer) for part in parts]):
        return False  # one number, as NumPy gives it
    return all([part is None or part is Ellipsis or isinstance(part, int | slice | np.integer) for part in parts])


def _of_list(x: Any, operation: Operation, *arguments: Any, **options: Any) -> Any:
    return operation([x], *arguments, **options)


def _part(x: Any, operation: Operation, k: int, *arguments: Any, **options: Any) -> Any:
    return operation(x, *arguments, **options)[k]


def base_of(tensor: Any) -> Any:
    """The tensor in which the numbers of this one stand: itself, if it is no view."""
    while tensor._family.__class__ is tuple:
        tensor = tensor._family[0]
    return tensor


def leave(tensor: Any) -> None:
    """From now on this tensor is no view, and what were its views keep their numbers."""
    tensor._family = None


def written_base(tensor: Any, y: Any) -> tuple[Any, Any]:
    """The base of a tensor that y is to be written to, and the base's new contents; its views become stale."""
    mine = tensor._family
    base = base_of(tensor)
    if mine.__class__ is tuple and base._family is not mine[4]:
        raise RuntimeError(
            "this tensor is a view of one that was given other numbers since (data=, an optimizer's step, "
            "requires_grad): write to a view taken anew, or to a copy, t.copy()"
        )
    while tensor is not base:
        above, function, arguments, options = tensor._family[:4]
        if y.dtype != above.dtype:
            raise TypeError(
                "the real or imaginary part of a complex tensor cannot be written to: assign the whole number, as in "
                "z[0] = 7 + 1j * z[0].imag"
            )
        y = written(above, y, functools.partial(_shown, function, arguments, options))
        tensor = above
    retire(base)
    return base, y


def _shown(function: Callable[..., Any], arguments: Any, options: Any, x: Any) -> Any:
    return function(x, *arguments, **options)


def retire(base: Any) -> None:
    """Make all views of a family stale, before its base changes."""
    family = base._family
    if family:
        views, family[:] = tuple(family), ()
        for view in [r() for r in views]:
            if view is not None and view.__class__ is Late.Tensor and view._family.__class__ is tuple:
                tracked = view.node is not None or base.node is None  # else it was taken inside no_grad
                view._array = view.node = None
                view._family = (*view._family[:5], tracked)
                view.__class__ = Stale


renewing = shared(threading.RLock())


def renew(view: Any) -> None:
    """Take a stale view from its base again. Another thread finds it stale, or whole."""
    with renewing:
        if view.__class__ is Late.Tensor:
            return
        base, function, arguments, options, _, tracked = view._family
        with enable_grad() if tracked else no_grad():
            again = function(base, *arguments, **options)
        Late.Tensor._array.__set__(view, again._array)
        Late.Tensor.node.__set__(view, again.node)
        view.__class__ = Late.Tensor
        note(view, base, function, arguments, options)


Late.note_views = note_result
