"""Functions of numbers called with Values: each result is a Value, whose slopes are derivatives of the same function.

Convention: a Value among the arguments stands alone or in an array of Python objects; the other arguments become
constant Values. Derivatives are those of the function called with tensors.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import enable_grad
from ..declare import Late
from ..tensor import Tensor
from ..value import Many, Value, many

Function = Callable[..., Any]


def has_values(x: Any) -> bool:
    """Is it a Value, or an array of them?"""
    return isinstance(x, Late.Value) or getattr(getattr(x, "dtype", None), "kind", "") == "O"


def of_values(name: str, function: Function, given: Sequence[Any]) -> Any:
    """The function of numbers and Values, element by element: a Value, or an array of them.

    ``name``      what it is called in pictures, one name for one function
    ``function``  of as many numbers or tensors as are given
    """
    if any(isinstance(x, Tensor) for x in given):
        raise TypeError(
            f"{name}: tensors and Python objects (such as Value) do not mix. "
            "Write Tensor([v.data for v in values]), or Values throughout."
        )
    arrays = np.broadcast_arrays(*[np.asarray(x, object) for x in given])
    found = np.empty(arrays[0].shape, object)
    for place in np.ndindex(arrays[0].shape):
        inputs = tuple(x[place] if isinstance(x[place], Value) else Value(float(x[place])) for x in arrays)
        found[place] = _value(_operation(name, function), inputs)
    return found if found.ndim else found[()]


class Derivative(Many):
    """The derivative of a function by the inputs of these indices, one after the other; the function itself for none.

    ``family``  the same of any other indices
    """

    __slots__ = ("family", "function", "indices")

    def __init__(self, name: str, function: Function, indices: tuple[int, ...], family: Any) -> None:
        super().__init__(
            "".join([name, *[f"'{i}" for i in indices]]),
            lambda v: (_numbers(self, [x.number for x in v.a[0]])[0], 1.0),
            lambda v: (tuple(_value(family((*indices, i)), v.a[0]) for i in range(len(v.a[0]))),),
        )
        self.function, self.indices, self.family = function, indices, family

    def slopes(self, v: Any) -> list[Any]:
        """The local derivatives of v as Values."""
        return list(self.partners(v)[0])


@functools.cache
def _operation(name: str, function: Function) -> Derivative:
    @functools.cache
    def family(indices: tuple[int, ...]) -> Derivative:
        return Derivative(name, function, indices, family)

    return family(())


def _value(operation: Derivative, inputs: tuple[Any, ...]) -> Any:
    number, slopes = _numbers(operation, [x.number for x in inputs])
    return many(operation, number, (inputs,), (slopes,))


def _numbers(operation: Derivative, numbers: list[float]) -> tuple[float, tuple[float, ...]]:
    """The derivative and its own derivatives by each input."""
    with enable_grad():
        leaves = [Tensor(x, requires_grad=True) for x in numbers]
        y = operation.function(*leaves)
        for i in operation.indices:
            slopes = _slopes(y, leaves, True)
            y = slopes[i]
        found = _slopes(y, leaves, False)
    return float(y.detach()) if isinstance(y, Tensor) else float(y), tuple(float(s) for s in found)


def _slopes(y: Any, leaves: list[Any], again: bool) -> list[Any]:
    for leaf in leaves:
        leaf.grad = None
    if isinstance(y, Tensor) and y.requires_grad:
        y.backward(create_graph=again)
    return [0.0 if leaf.grad is None else leaf.grad for leaf in leaves]
