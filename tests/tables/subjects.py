"""Every row of the tables, of operations, kernels and layers, as one function of tensors: for laws over all of them.

Convention: a layer's parameters, buffers and the arrays among its keywords are arguments of its function, behind its
inputs. Nothing is differentiated by whole numbers, buffers and keywords.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np

import nn
from autograd import Tensor
from autograd.core import Node
from autograd.functional.nests import leaves as flat
from autograd.tensor import of

from . import networks, operations
from .networks.case import Case
from .operations.row import Row


@dataclass(frozen=True)
class Subject:
    """A function of tensors, and the ``arrays`` to call it with; it is differentiated by those at ``places``."""

    function: Callable[..., Any]
    arrays: list[Any]
    places: list[int]
    forward: bool = True  # it has forward mode
    second: bool = True  # it can be differentiated twice
    kind: str = ""  # of a layer
    flags: frozenset[str] = frozenset()  # of its row
    module: nn.Module | None = None  # of a layer
    plain: int = 1000  # so many of the first arrays may be given to it as plain arrays
    keywords: int = 0  # so many of the last ones are taken as plain arrays
    draw: Callable[[int], list[Any]] | None = None  # other arrays, by a seed

    def at(self, seed: int) -> Subject:
        """The same function at another point."""
        assert self.draw is not None
        return replace(self, arrays=self.draw(seed))

    def results(self, *tensors: Any) -> list[Tensor]:
        """The floating results, in a row."""
        found = [y if isinstance(y, Tensor) else of(y, None) for y in flat(self.function(*tensors))]
        return [y for y in found if y.dtype.kind in "fc"]

    def tensors(self, arrays: list[Any]) -> list[Tensor]:
        """Tensors around these very arrays: a leaf for each that is differentiated by."""
        return [of(a, Node(None, (), None, a.shape) if i in self.places else None) for i, a in enumerate(arrays)]

    def operands(self, arrays: list[Any], tracked: Collection[int]) -> list[Any]:
        """What a user makes of these arrays: leaves of those that are tracked, and of the others as little as can be.

        Those taken as plain arrays are these very arrays, wherever they may be given so.
        """
        made: list[Any] = []
        for i, a in enumerate(arrays):
            if i in tracked:
                made.append(Tensor(a, requires_grad=True))
            elif i < self.plain:
                made.append(a)
            else:
                made.append(Tensor(a) if i < len(arrays) - self.keywords else of(a, None))
        return made


def of_row(row: Row) -> Subject:
    arrays = [np.array(a) for a in row.draw(0)]  # a table may give the same array to several rows
    places = [i for i, a in enumerate(arrays) if a.dtype.kind in "fc"]

    def draw(seed: int) -> list[Any]:
        return [np.array(a) for a in row.draw(seed)]

    return Subject(row.expression, arrays, places, row.forward, row.second, flags=row.flags, draw=draw)


def of_layer(case: Case) -> Subject:
    nn.seed(0)
    function = case.function(nn, case.options)
    inputs = [np.array(x) for x in case.draw()]
    named = {name: value for name, value in case.call.items() if isinstance(value, np.ndarray)}
    parameters: list[Tensor] = []
    buffers: list[Tensor] = []
    if isinstance(function, nn.Module):
        function.to(np.float64).train(case.training)
        parameters, buffers = list(function.parameters()), list(function.buffers())

    def call(*tensors: Tensor) -> Any:
        nn.seed(0)  # of dropout
        rest = iter(tensors[len(inputs) :])
        for own in (*parameters, *buffers):
            given = next(rest)
            own._array, own.node = given._array, given.node
        return function(*tensors[: len(inputs)], **case.call | {name: next(rest)._array for name in named})

    count = len(inputs) + len(parameters)
    arrays = [*inputs, *[np.array(t.data) for t in (*parameters, *buffers)], *[a.copy() for a in named.values()]]
    places = [i for i in range(count) if arrays[i].dtype.kind == "f"]
    module = function if isinstance(function, nn.Module) else None

    def draw(seed: int) -> list[Any]:
        rng = np.random.default_rng(seed)
        own = [a * rng.uniform(0.8, 1.2, a.shape) if a.dtype.kind == "f" else a for a in arrays[len(inputs) :]]
        return [*map(np.array, case.draw(seed)), *own[: len(own) - len(named)], *map(np.copy, named.values())]

    return Subject(
        call, arrays, places, second=case.second, kind=case.kind, module=module, plain=len(inputs),
        keywords=len(named), draw=draw,
    )  # fmt: skip


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{module.name}")


def _named() -> Iterator[tuple[str, Subject]]:
    for module in _modules(operations):
        name = module.__name__.rpartition(".")[2]
        for row in getattr(module, "ROWS", ()):
            yield f"{name}:{row.name}", of_row(row)
    for module in _modules(networks):
        name = module.__name__.rpartition(".")[2]
        for kernel in getattr(module, "KERNELS", ()):
            yield f"{name}:{kernel.row.name} (kernel)", of_row(kernel.row)
        for case in getattr(module, "CASES", ()):
            yield f"{name}:{case.name}", of_layer(case)


SUBJECTS: dict[str, Subject] = dict(_named())
