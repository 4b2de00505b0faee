"""Training or not, for as long as a block takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .module import Module


@contextmanager
def mode(model: Any, training: bool) -> Iterator[None]:
    """Say that training goes on, or not; afterwards each module is told again what it was told before.

    What is no module has no mode.
    """
    before = [(module, module.training) for module in model.modules()] if isinstance(model, Module) else []
    for module, _ in before:
        module.training = training
    try:
        yield
    finally:
        for module, was in before:
            module.training = was
