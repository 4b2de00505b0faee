"""What is being recorded: ``no_grad``, ``enable_grad``, and what debugging and forward mode ask for.

Convention: the fast path asks ``switches`` first: while it is 0, every thread records as usual.
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from .node import Node

P = ParamSpec("P")
R = TypeVar("R")


class Recording(threading.local):
    """What is being recorded, for each thread by itself.

    ``on``       are operations on tracked tensors recorded?
    ``forward``  keep also what only a forward sweep needs
    ``note``     called with each recorded node and its result (``autograd.debug``)
    """

    on: bool = True
    forward: bool = False
    note: Callable[[Node, Any], None] | None = None


recording = Recording()
switches = 0  # how many are in force, in all threads together
counting = threading.Lock()


class Entered(threading.local):
    """The fields as they were before, for each time that a switch was entered in this thread."""

    def __init__(self) -> None:
        self.before: list[dict[str, Any]] = []


class Switch:
    """Sets fields of ``recording`` for a block or, as a decorator, for a function."""

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        self.entered = Entered()  # one object may be entered by several threads

    def __enter__(self) -> None:
        self.entered.before.append({name: getattr(recording, name) for name in self.fields})
        _count(1)
        for name, value in self.fields.items():
            setattr(recording, name, value)

    def __exit__(self, *error: object) -> None:
        for name, value in self.entered.before.pop().items():
            setattr(recording, name, value)
        _count(-1)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        fields = self.fields
        if inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function):
            raise TypeError(f"{function.__name__} runs piece by piece: use 'with' inside it instead")

        @functools.wraps(function)
        def inside(*args: P.args, **kwargs: P.kwargs) -> R:
            with Switch(**fields):
                return function(*args, **kwargs)

        return inside


def _count(change: int) -> None:
    global switches
    with counting:
        switches += change


def no_grad() -> Switch:
    """Do not record inside this block (or decorated function), in this thread."""
    return Switch(on=False)


def enable_grad() -> Switch:
    """Record inside this block (or decorated function), in this thread, also within ``no_grad``."""
    return Switch(on=True)


def is_grad_enabled() -> bool:
    """Are operations on tracked tensors recorded in this thread?"""
    return recording.on
