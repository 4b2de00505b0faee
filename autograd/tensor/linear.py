"""The fast path of linear functions of one tensor, such as ``t.sum(0)`` and ``t[1:3]``.

Convention: as in ``fast_paths.py``, but no text: these take arguments of all kinds, and note which results are views.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref

import numpy as np

from ..core import Node, grad_mode, recording
from ..declare import OPERATIONS, Operation, as_array
from . import views
from .fast_paths import generic

ndarray = np.ndarray
new = object.__new__
Tensor: Any = None  # the class, filled in by tensor.py

FUNCTIONS: dict[Any, Callable[..., Any]] = {}  # for NumPy's functions called on tensors
PLAIN_ARGUMENTS = {int, slice, type(None), type(Ellipsis), bool}


def linear(function: Any) -> Callable[..., Any]:
    """A linear function of one tensor, called with numbers, slices and tuples of them: t.sum(0), t[1:3]."""
    operation: Operation = OPERATIONS[function]  # type: ignore[assignment]
    compute = operation.forward
    x_shape = operation.inputs[0] + "_shape"
    place = {name: i - 1 for i, name in enumerate(operation.params)}
    # after the input's shape, each need: its name, which argument it is and what it is if left out
    sources = [(need.name, place.get(need.name, len(place)), operation.default(need.name)) for need in operation.needs]
    first, *sources = sources
    left_out = tuple(other for _, _, other in sources)
    fits = () if operation.selects is True else None
    if (
        operation.kind != "linear"
        or first[0] != x_shape
        or not {name for name, _, _ in sources} <= {"arguments", *operation.params[1:]}
    ):
        return generic(operation)

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        source = x.node
        if source is None or (
            grad_mode.switches and (not recording.on or recording.forward or recording.note is not None)
        ):
            return operation(x, *args, **kwargs)
        a = x._array
        shape = source.shape
        if not args and not kwargs:
            try:
                y = compute(a)
            except MemoryError:
                return operation(x)
            saved = (shape, *left_out)
        else:
            for value in (*args, *kwargs.values()):
                kind = value.__class__
                if kind not in PLAIN_ARGUMENTS and not (kind is tuple and PLAIN_ARGUMENTS.issuperset(map(type, value))):
                    return operation(x, *args, **kwargs)
            try:
                y = compute(a, *args, **kwargs)
            except (ValueError, TypeError, IndexError, MemoryError):
                return operation(x, *args, **kwargs)  # which explains
            count = len(args)
            saved = (shape, *[args[k] if k < count else kwargs.get(name, other) for name, k, other in sources])
        if y.__class__ is not ndarray:
            y = as_array(y)
        if y.dtype is not a.dtype:
            return operation(x, *args, **kwargs)
        out = new(Tensor)
        out._array = y
        out._family = None
        out.node = Node(operation, (source,), saved, y.shape, source.op and fits)
        if y.__class__ is not ndarray:
            views.note_result(out, x, operation, args, kwargs)
            return out
        base = y.base
        if base is not None and (base is a or base is a.base):  # a view: what views.note does
            family = x._family
            if family.__class__ is not list:
                family = views.family_of(x)
            out._family = (x, operation, args, kwargs, family)
            family.append(ref(out))
            if not len(family) & 1023:
                views.forget_gone(family)
        return out

    call.__name__ = operation.name
    if callable(function):
        FUNCTIONS[function] = call
    return call
