"""Functions with one thing wrong in their text: rules, kernels, layers, losses, optimizers, schedules.

Convention: a function belongs to the subject by whose name people know it: its module and its own name.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FunctionType
from typing import Any

import nn.functional
import nn.layers
import nn.losses
import optim

from . import source
from .mutant import Effect, Mutant
from .operations import _functions, operations

# The small operations that kernels stand for are what kernels are held against; arguments are read and refused there.
LEFT_OUT = ("nn.functional.composed", "nn.functional.convolution.arguments", "optim.checks", "optim.state_dict",
            "optim.forgotten", "optim.options", "optim.scipy_minimizers", "optim.clipping", "optim.mistakes",
            "optim.parameter_vector", "optim.weight_averaging")  # fmt: skip
METHODS = ("__call__", "forward", "rule", "factor", "rate", "also", "count", "first", "step", "at")


def functions() -> dict[int, tuple[str, FunctionType]]:
    """By the id of their code: the functions of which operations, layers, losses, optimizers and schedules are made."""
    found: dict[int, tuple[str, FunctionType]] = {}
    for op in operations():
        for rule in _functions(op):
            _add(found, rule)
    for package in (nn.functional, nn.layers, nn.losses, optim):
        for module in _modules(package):
            for item in vars(module).values():
                if inspect.isclass(item) and item.__module__ == module.__name__:
                    for name, member in vars(item).items():
                        member = getattr(member, "__func__", member)
                        if name in METHODS or (name[0] == "_" and name[1] != "_"):
                            _add(found, member)
                elif inspect.isfunction(inspect.unwrap(item) if callable(item) else item):
                    function = inspect.unwrap(item)
                    if function.__module__ == module.__name__:
                        _add(found, function)
    return found


def _modules(package: Any) -> Iterator[Any]:
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if info.name not in LEFT_OUT:
            yield importlib.import_module(info.name)


def _add(found: dict[int, tuple[str, FunctionType]], function: Any) -> None:
    function = inspect.unwrap(function)
    if not isinstance(function, FunctionType) or function.__module__.split(".")[0] not in ("autograd", "nn", "optim"):
        return  # a named tuple's methods are Python's
    if id(function.__code__) not in found:
        home = function.__module__.removeprefix("autograd.").removeprefix("ops.").removeprefix("nn.")
        name = function.__qualname__.replace("<lambda>", "lambda").replace("<locals>.", "")
        found[id(function.__code__)] = (f"{home}.{name}:{function.__code__.co_firstlineno}", function)


def mutants(wanted: Callable[[str], bool] = lambda subject: True) -> Iterator[Mutant]:
    """Each function whose subject is wanted, with each thing wrong in turn."""
    for subject, function in functions().values():
        for change in source.changes(function) if wanted(subject) else ():
            plant = partial(_planted, function, change.code)
            yield Mutant(subject, change.kind, change.text, plant, (function.__code__,), (function, change.code))


@contextmanager
def _planted(function: FunctionType, code: Any) -> Iterator[Effect | None]:
    with source.planted(function, code):
        yield None
