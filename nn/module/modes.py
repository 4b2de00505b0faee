"""Training mode and eval mode: dropout drops in one of them only, batch norm takes the batch's statistics.

Convention: PyTorch's. A module inside that has a ``train`` of its own decides for itself and for what is inside it, as
one whose layers stay frozen; all others take the mode that is set.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Self

from .walk import Path, walk

__all__ = ["mode", "training_mode"]

Modes = list[tuple["Switched", bool]]


class Switched:
    """Anything with a mode: ``training`` is True in training mode, False in eval mode."""

    training: bool = True

    def train(self, mode: bool = True) -> Self:
        """Put this module and all inside it into training mode, or with ``mode=False`` into eval mode.

        A module inside that has a ``train`` of its own is called: it may keep its layers in eval mode.
        """
        self.training = mode
        deciding: dict[int, Switched] = {}
        above: Path | None = None
        for path, module in walk(self):
            if isinstance(module, Switched) and (above is None or path[: len(above)] != above):
                if decides(module):
                    deciding[id(module)], above = module, path
                else:
                    module.training = mode
        for module in deciding.values():
            _calling.train(module, mode, self)
        return self

    def eval(self) -> Self:
        """Put this module and all inside it into eval mode."""
        return self.train(False)


class Calling(threading.local):
    """The modules whose ``train`` runs: a part that knows its parent does not call it again."""

    def __init__(self) -> None:
        self.ids: set[int] = set()

    def train(self, module: Switched, mode: bool, above: Switched) -> None:
        """Call the ``train`` of a module inside ``above``, unless it runs."""
        new = {id(module), id(above)} - self.ids
        if id(module) in new:
            self.ids |= new
            try:
                module.train(mode)
            finally:
                self.ids -= new


_calling = Calling()


def decides(module: Switched) -> bool:
    """Has it a ``train`` of its own, on its class or as an attribute?"""
    return getattr(module.train, "__func__", None) is not Switched.train


@contextmanager
def mode(model: object, training: bool) -> Iterator[None]:
    """Set training mode (or eval mode) for a block; afterwards each module gets its own mode back.

    A model that is not a Module has no mode, and is left alone.
    """
    before = modes(model)
    if isinstance(model, Switched):
        model.train(training)
    try:
        yield
    finally:
        give(before)


def training_mode(model: Switched) -> AbstractContextManager[None]:
    """Leave layers in eval mode as they are; if the whole model is, set training mode for a block."""
    if not model.training:
        return mode(model, True)
    before = modes(model)
    if any(decides(module) for module, _ in before):  # they may not have been asked yet
        model.train()
        give([(module, was and module.training) for module, was in before])
    return nullcontext()


def modes(model: object) -> Modes:
    """The mode of each module."""
    if not isinstance(model, Switched):
        return []
    return [(module, module.training) for module in (model, *_inside(model))]


def give(before: Modes) -> None:
    """Give each module the mode that it had, those first that decide: their ``train`` may do more than set it."""
    for module, was in before:
        if decides(module):
            module.train(was)
    for module, was in before:
        module.training = was


def _inside(model: Any) -> Iterator[Switched]:
    return (thing for _, thing in walk(model) if isinstance(thing, Switched))
