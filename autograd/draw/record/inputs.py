"""The arguments of a function that is run for a picture: leaves that are tracked in place of what was given.

Convention: arrays of real or complex numbers become tensors. Numbers become Values, or tensors beside arrays; a
function that cannot take them so is run again with fewer of them tracked. Everything else stays as it is.
"""

from __future__ import annotations

import copy
import dataclasses
import inspect
from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np

from ...declare import too_deep
from ...tensor import Tensor
from ...value import Value

# What becomes of numbers; with "floats" integers stay, with "elements" arrays too become arrays of Values.
Numbers = Literal["values", "floats", "tensors", "plain", "elements"]
FEW = 1000  # elements, of which Values are made


class Inputs:
    """Arguments with tracked leaves.

    ``args``, ``kwargs``  what the function is called with
    ``named``             all arrays, tensors and Values in them, by their names
    """

    def __init__(self, f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], numbers: Numbers) -> None:
        self.numbers = numbers
        self.named: list[tuple[str, Any]] = []
        self.same: dict[int, Any] = {}  # one leaf for an object that is given twice
        names = parameter_names(f, args)
        self.args = tuple([self._nest(x, name) for x, name in zip(args, names, strict=True)])
        self.kwargs = {name: self._nest(x, name) for name, x in kwargs.items()}

    def _nest(self, thing: Any, name: str) -> Any:
        """The same nest with tracked leaves."""
        parts = children(thing)
        if parts is None:
            return self._leaf(thing, name)
        try:
            return rebuilt(thing, [self._nest(part, name + step) for step, part in parts])
        except RecursionError:
            raise too_deep(f"the argument {name[:40]}...") from None

    def _leaf(self, x: Any, name: str) -> Any:
        made = self.same.get(id(x)) if isinstance(x, Value | Tensor | np.ndarray) else None
        if made is None:
            made = self.same[id(x)] = self._made(x)
        if isinstance(made, np.ndarray) and made.dtype == object:  # of Values
            self.named.extend([(name + step, v) for step, v in children(made) or ()])
        elif isinstance(made, Value | Tensor | np.ndarray):
            self.named.append((name, made))
        return made

    def _made(self, x: Any) -> Any:
        """A leaf with the same number or numbers, x itself if it is one already or cannot be tracked."""
        if isinstance(x, Value):
            return x if x.is_leaf else Value(x.number, label=x.label)
        if isinstance(x, Tensor):
            if x._array.dtype.kind not in "fc" or (x.node is not None and x.is_leaf):
                return x
            return Tensor(x._array, requires_grad=True, label=x.label)
        if isinstance(x, np.ndarray):
            if self.numbers == "elements" and x.dtype.kind == "f":
                return rebuilt(np.empty(x.shape, object), [Value(float(v)) for v in x.ravel()])
            return Tensor(x, requires_grad=True) if x.dtype.kind in "fc" else x
        if isinstance(x, bool) or not isinstance(x, int | float | complex | np.number):
            return x
        if isinstance(x, float | np.floating) and self.numbers in ("values", "floats", "elements"):
            return Value(float(x))
        if isinstance(x, int | np.integer):
            return Value(float(x)) if self.numbers == "values" else x
        return Tensor(np.asarray(x), requires_grad=True) if self.numbers == "tensors" else x


def ways(args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Numbers]:
    """How the numbers among arguments may be tracked, the best way first."""
    leaves = [x for thing in (*args, *kwargs.values()) for x in flat(thing)]
    numbers = [x for x in leaves if isinstance(x, int | float | complex | np.number) and not isinstance(x, bool)]
    arrays = [x for x in leaves if isinstance(x, Tensor | np.ndarray)]
    if arrays:
        few = sum(x.size for x in arrays) <= FEW and all(isinstance(x, np.ndarray) for x in arrays)
        first: list[Numbers] = ["tensors", "plain"] if numbers else ["plain"]
        return [*first, "elements"] if few else first
    if not numbers:
        return ["plain"]
    if any(isinstance(x, Value) for x in leaves):
        return ["values", "floats", "plain"]
    return ["values", "floats", "tensors", "plain"]


def parameter_names(f: Callable[..., Any], args: tuple[Any, ...]) -> list[str]:
    """The names of positional arguments: those of f's parameters; ``x[0]``, ``x[1]`` for ``*x``."""
    try:
        parameters = list(inspect.signature(getattr(f, "forward", f)).parameters.values())
    except (ValueError, TypeError):  # a function without a signature
        parameters = []
    found: list[str] = []
    for k in range(len(args)):
        rest = next((p for p in parameters[: k + 1] if p.kind is p.VAR_POSITIONAL), None)
        if rest is not None:
            found.append(f"{rest.name}[{k - parameters.index(rest)}]")
        elif k < len(parameters) and parameters[k].kind in (
            inspect.Parameter.POSITIONAL_ONLY,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
        ):
            found.append(parameters[k].name)
        else:
            found.append(f"input{k + 1}" if len(args) > 1 else "input")
    return found


# ---------------------------------------------------------------- nests


def children(nest: Any) -> list[tuple[str, Any]] | None:
    """The parts of a nest, each with the step that leads to it; None of anything else."""
    if isinstance(nest, tuple) and hasattr(nest, "_fields"):
        return [(f".{name}", getattr(nest, name)) for name in nest._fields]
    if type(nest) in (tuple, list):
        return [(f"[{k}]", part) for k, part in enumerate(nest)]
    if isinstance(nest, dict):
        return [(f"[{key!r}]", part) for key, part in nest.items()]
    if dataclasses.is_dataclass(nest) and not isinstance(nest, type) and not callable(nest):
        return [(f".{field.name}", getattr(nest, field.name)) for field in dataclasses.fields(nest)]
    if isinstance(nest, np.ndarray) and nest.dtype == object:
        return [(f"[{', '.join(map(str, index))}]", nest[index]) for index in np.ndindex(nest.shape)]
    return None


def rebuilt(nest: Any, parts: list[Any]) -> Any:
    """A nest of the same form with other parts."""
    if isinstance(nest, np.ndarray):
        made = np.empty(nest.shape, object)
        made.ravel()[:] = parts
        return made
    if isinstance(nest, tuple):
        return nest._make(parts) if hasattr(nest, "_make") else tuple(parts)
    if isinstance(nest, list):
        return parts
    other = copy.copy(nest)
    if isinstance(nest, dict):
        other.update(zip(nest, parts, strict=True))
    else:
        for field, part in zip(dataclasses.fields(nest), parts, strict=True):
            object.__setattr__(other, field.name, part)
    return other


def flat(nest: Any) -> Iterator[Any]:
    """The leaves of a nest."""
    parts = children(nest)
    if parts is None:
        yield nest
    else:
        for _, part in parts:
            try:
                yield from flat(part)
            except RecursionError:
                raise too_deep("an argument") from None
