"""NumPy's protocols: what happens when a function of NumPy is called on tensors, or one of the array API standard.

Convention: a ufunc comes in by ``__array_ufunc__``, any other function by ``__array_function__``. Each goes to its fast
path, else to its operation; a function without a derivative computes with the arrays, or raises.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import numpy as np

from .. import core, ops
from ..core import grad_mode, leaving, recording
from ..declare import (
    CONSTANT,
    OPERATIONS,
    SELECTING,
    Late,
    Operation,
    constant_tensor,
    declare_late,
    detached,
    explained,
    labelled,
    plain,
    tracked,
    unsupported,
)  # fmt: skip
from . import fast_paths as fast
from . import linear
from .escapes import refuse_steps
from .operators import Operators

ndarray = np.ndarray
Tensor: Any = None  # the class, filled in by tensor.py
API, API_VERSIONS = f"{__name__.partition('.')[0]}.array_api", ("2021.12", "2022.12", "2023.12", "2024.12")


class Protocols(Operators):
    """How a Tensor takes part in NumPy's functions."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__":
            key: Any = (ufunc, method)  # np.add.reduce and its kin
        else:
            key = ufunc
            if not kwargs:
                if inputs[0].__class__ is Tensor:
                    call = fast.UFUNCS.get(ufunc)
                    if call is not None:
                        return call(*inputs)
                elif ufunc in fast.REFLECTIONS and inputs[1].__class__ is Tensor:
                    return fast.REFLECTIONS[ufunc](inputs[1], inputs[0])
        if key not in OPERATIONS:
            if ufunc in CONSTANT:
                if ufunc is np.isnan and recording.on and tracked(inputs):  # as solvers ask before they take a number
                    refuse_steps(sys._getframe(1), "float(t)")
                if grad_mode.switches:
                    _leave_for(ufunc, inputs, kwargs)
                if not kwargs and method == "__call__":
                    y = ufunc(*[x._array if x.__class__ is Tensor else plain(x) for x in inputs])
                    return Late.of(y, None) if y.__class__ is ndarray else constant_tensor(y)
                if any(isinstance(x, Tensor) for x in kwargs.get("out", ())):
                    raise TypeError(f"np.{ufunc.__name__}(out=t) would overwrite a tensor: assign the result")
                y = getattr(ufunc, method)(*plain(inputs), **plain(kwargs))
                return y if "out" in kwargs else constant_tensor(y)
            ops.special.scipy.ensure_scipy()
            if key not in OPERATIONS:
                raise unsupported(key, OPERATIONS)
        if any(map(labelled, inputs)):
            return NotImplemented
        where = kwargs.get("where", True)
        if where is not True and method == "__call__":
            raise TypeError(
                f"{ufunc.__name__}(where=...) leaves numbers undefined: write np.where(mask, np.{ufunc.__name__}(x), y)"
            )
        return OPERATIONS[key](*inputs, **{k: v for k, v in kwargs.items() if k != "where" or method != "__call__"})

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        operation = linear.FUNCTIONS.get(function)
        if operation is not None and args and args[0].__class__ is Tensor:
            return operation(*args, **kwargs)
        operation = OPERATIONS.get(function)
        if operation is not None:
            if function is np.atleast_1d and recording.on and tracked(args):
                refuse_steps(sys._getframe(1), "np.asarray(t)")
            if operation.__class__ is Operation:
                return operation(*args, **kwargs)
            try:
                return operation(*args, **kwargs)
            except Exception as error:
                named = [*((f"argument {k}", x) for k, x in enumerate(args)), *kwargs.items()]
                raise explained(error, f"np.{function.__name__}", named) from None
        if function in CONSTANT:
            if function in SELECTING and recording.on and tracked((args, kwargs)):
                raise detached(f"np.{function.__name__}(t)", SELECTING[function])
            if grad_mode.switches:
                _leave_for(function, args, kwargs)
            return core.views_read_only(function(*plain(args), **plain(kwargs)))
        if declare_late(function):
            return self.__array_function__(function, types, args, kwargs)
        raise unsupported(function, OPERATIONS)

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        """The functions of the Python array API standard, ``autograd.array_api``, which are differentiable."""
        if api_version is not None and api_version not in API_VERSIONS:
            raise ValueError(f"api_version={api_version!r}: there is {', '.join(API_VERSIONS)}")
        return importlib.import_module(API)


def _leave_for(function: Any, args: Any, kwargs: Any) -> None:
    """The numbers of the tracked tensors in these arguments go to a function whose result is constant."""
    for given in (*args, *kwargs.values()):
        if isinstance(given, Tensor) and given.node is not None:
            leaving(given, f"np.{function.__name__}(t)")
