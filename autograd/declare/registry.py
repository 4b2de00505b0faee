"""What is differentiated, and what deliberately is not, by the function of NumPy's (or anybody's) that is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]

OPERATIONS: dict[Any, Function] = {}  # an Operation, or a function composed of others; by the function it stands for
CONSTANT: set[Any] = set()  # functions whose results do not vary with any input, or only in steps
SELECTING: dict[Any, str] = {}  # those of them that give elements of their input: what to write for tracked tensors


def declared(function: Function) -> Function:
    """The operation that was declared for this function."""
    return OPERATIONS[function]
