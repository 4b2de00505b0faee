"""Functions with one thing wrong in their text: rules, kernels, layers, losses, optimizers, schedules.

Convention: a function belongs to the subject by whose name people know it: its module and its own name. Functions that
another one has built, and that still live, are broken themselves, all that were built together.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import nn.functional
import nn.layers
import nn.losses
import optim

from . import source
from .mutant import Effect, Mutant, living
from .operations import _functions, operations

# The small operations that kernels stand for are what kernels are held against; arguments are read and refused there.
LEFT_OUT = ("nn.functional.composed", "nn.functional.convolution.arguments", "optim.checks", "optim.state_dict",
            "optim.forgotten", "optim.options", "optim.scipy_minimizers", "optim.clipping", "optim.mistakes",
            "optim.parameter_vector", "optim.weight_averaging")  # fmt: skip
METHODS = ("__call__", "forward", "rule", "factor", "rate", "also", "count", "first", "step", "at")


class Place(NamedTuple):
    """A function that is broken, all those of the same code, and the function that builds them; None if none does."""

    subject: str
    function: FunctionType
    alike: tuple[FunctionType, ...]
    builder: FunctionType | None = None


def functions() -> dict[int, Place]:
    """By the id of their code: the functions of which operations, layers, losses, optimizers and schedules are made."""
    found: dict[int, Place] = {}
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
    _add_built(found)
    return found


def _modules(package: Any) -> Iterator[Any]:
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if info.name not in LEFT_OUT:
            yield importlib.import_module(info.name)


def _add(found: dict[int, Place], function: Any) -> None:
    function = inspect.unwrap(function)
    if not isinstance(function, FunctionType) or function.__module__.split(".")[0] not in ("autograd", "nn", "optim"):
        return  # a named tuple's methods are Python's
    if source.only_raises(function):
        return
    if id(function.__code__) not in found:
        found[id(function.__code__)] = Place(_subject(function), function, (function,))


def _add_built(found: dict[int, Place]) -> None:
    """Those that live of the functions that the found ones build."""
    builders = {
        id(code): place.function
        for place in found.values() for code in place.function.__code__.co_consts
        if isinstance(code, CodeType) and code.co_name.isidentifier()
    }  # fmt: skip
    alike: dict[int, list[FunctionType]] = {}
    for function in living():
        if type(function) is FunctionType and id(function.__code__) in builders:  # of a dead proxy, isinstance raises
            alike.setdefault(id(function.__code__), []).append(function)
    for key in builders.keys() & alike.keys():
        first = alike[key][0]
        found[key] = Place(_subject(builders[key], first.__code__), first, tuple(alike[key]), builders[key])


def _subject(function: FunctionType, built: CodeType | None = None) -> str:
    home = function.__module__.removeprefix("autograd.").removeprefix("ops.").removeprefix("nn.")
    name = function.__qualname__.replace("<lambda>", "lambda").replace("<locals>.", "")
    name = f"{name}.{built.co_name}" if built else name
    return f"{home}.{name}:{(built or function.__code__).co_firstlineno}"


def mutants(wanted: Callable[[str], bool] = lambda subject: True) -> Iterator[Mutant]:
    """Each function whose subject is wanted, with each thing wrong in turn."""
    places = functions().values()
    alone: dict[int, list[CodeType]] = {}
    for place in places:
        if place.builder is not None:
            alone.setdefault(id(place.builder), []).append(place.function.__code__)
    for place in places:
        function = place.function
        for change in source.changes(function, alone.get(id(function), ())) if wanted(place.subject) else ():
            plant = partial(_planted, place, change.code)
            yield Mutant(place.subject, change.kind, change.text, plant, (function.__code__,), (function, change.code))


@contextmanager
def _planted(place: Place, code: Any) -> Iterator[Effect | None]:
    with source.planted(place.alike, code, place.builder):
        yield None
