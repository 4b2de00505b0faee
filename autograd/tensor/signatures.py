"""Signatures of methods that are made, not written: what ``help()`` and an editor show."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def as_written(call: Callable[..., Any]) -> Callable[[F], F]:
    """Let ``call`` take the place of the function below, and show its signature and docstring."""

    def stand(written: F) -> F:
        made: F = functools.update_wrapper(call, written)  # type: ignore[assignment]
        return made

    return stand
