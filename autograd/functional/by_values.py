"""Functions of tensors for Values: each number of a result is a Value, computed from the Values among the arguments.

Convention: the function is called with tensors in their place, and differentiated by them. The slopes of such a Value
are functions of tensors in turn, and so they are Values when a higher order asks for them.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import numpy as np

from ..value import Value
from ..value.graph import compare
from ..value.many import Many, many
from . import nests as tree
from .arguments import raw
from .derivatives import grad
from .jacobians import jacobian

F = TypeVar("F", bound=Callable[..., Any])


class Entry:
    """p -> f(p)[entry], of a result as it is, or laid out flat."""

    def __init__(self, f: Callable[[Any], Any], entry: str | int, *, flat: bool = False) -> None:
        self.f, self.entry, self.flat = f, entry, flat

    def __call__(self, p: Any) -> Any:
        y = self.f(p)
        return (np.reshape(y, -1) if self.flat else y)[self.entry]


class Solution(Many):
    """What computed a Value: a function of a vector of numbers, whose result is one number."""

    __slots__ = ("f", "numbers")

    def __init__(self, name: str, f: Callable[[Any], Any], numbers: Any) -> None:
        # without Many's own: that enters it among the operations that pickles know by name
        self.name = self.symbol = name
        self.form = "many"
        self.operation = self.call = self.unfold = None  # type: ignore[assignment]
        self.f, self.numbers = f, numbers

    def __reduce__(self) -> Any:
        raise TypeError(
            f"a Value that was computed by {self.name} holds a function, and cannot be pickled or copied: take "
            "v.detach(), or the Values that it was computed from"
        )

    def slopes(self, v: Any) -> list[Any]:
        """The local derivatives of v as Values."""
        (values,) = v.a
        compare(v, [x.number for x in values], self.numbers)
        gradient = grad(self.f)
        return [_value(self.name, Entry(gradient, k), values) for k in range(len(values))]


def _value(name: str, f: Callable[[Any], Any], values: Sequence[Value]) -> Value:
    """f of the numbers of these Values, as a Value."""
    p = np.array([v.number for v in values])
    slopes = tuple(map(float, grad(f)(p)))
    return many(Solution(name, f, tuple(p)), float(raw(f(p))), (tuple(values),), (slopes,))


def takes_values(*names: str, gives: Sequence[str | int] = ()) -> Callable[[F], F]:
    """Let the arguments with these names have Values in them, though the function itself takes none.

    ``gives``  the entries of its result that depend on them; without it, the result does
    """

    def decorated(function: F) -> F:
        parameters = inspect.signature(function)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            given = (*args, *kwargs.values())
            if not any(isinstance(x, Value) for nest in given for x in tree.leaves(nest)):
                return function(*args, **kwargs)
            bound = parameters.bind(*args, **kwargs)
            leaves = {name: tree.leaves(bound.arguments[name]) for name in names if name in bound.arguments}
            values = list({id(x): x for found in leaves.values() for x in found if isinstance(x, Value)}.values())
            places = {id(v): k for k, v in enumerate(values)}

            def at(p: Any) -> Any:
                """The result, with the numbers or tensors p in place of the Values."""
                now = parameters.bind(*args, **kwargs)
                for name, found in leaves.items():
                    moved = [p[places[id(x)]] if isinstance(x, Value) else x for x in found]
                    now.arguments[name] = tree.rebuild(now.arguments[name], moved)
                return function(*now.args, **now.kwargs)

            numbers = [v.number for v in values]
            result = at(numbers)
            if not gives:
                return _whole(function.__name__, at, values)
            for entry in gives:
                whole = _whole(function.__name__, Entry(at, entry), values)
                if isinstance(result, tuple):
                    result = tuple(whole if k == entry else x for k, x in enumerate(result))
                else:
                    result[entry] = whole
            return result

        return cast(F, call)

    return decorated


def _whole(name: str, f: Callable[[Any], Any], values: Sequence[Value]) -> Any:
    """A result of any shape: a Value, or an object array of them."""
    p = np.array([v.number for v in values])
    y = np.asarray(raw(f(p)))
    rows = np.reshape(raw(jacobian(f)(p)), (y.size, p.size))
    made = np.empty(y.size, object)
    for i, (number, row) in enumerate(zip(y.reshape(-1), rows, strict=True)):
        one = Solution(name, Entry(f, i, flat=True), tuple(p))
        made[i] = many(one, float(number), (tuple(values),), (tuple(map(float, row)),))
    return made.reshape(y.shape) if y.ndim else made[0]


__all__ = ["takes_values"]
