"""Training mode or eval mode, for one block of code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .module import Module

__all__ = ["mode"]


@contextmanager
def mode(model: object, training: bool) -> Iterator[None]:
    """Set training mode (or eval mode) for a block; afterwards each module gets its own mode back.

    A model that is not a Module has no mode, and is left alone.
    """
    before = [(module, module.training) for module in model.modules()] if isinstance(model, Module) else []
    for module, _ in before:
        module.training = training
    try:
        yield
    finally:
        for module, was in before:
            module.training = was
