"""What is differentiated, and what deliberately is not, by the function of NumPy's (or anybody's) that is called.

Convention: what few programs call is declared late. Its file is imported when one of its functions is asked for by
``declare_late``, where the registry does not have it; ``declare_all`` imports the rest, for those who go through it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

Function = Callable[..., Any]

OPERATIONS: dict[Any, Function] = {}  # an Operation, or a function composed of others; by the function it stands for
CONSTANT: set[Any] = set()  # functions whose results do not vary with any input, or only in steps
SELECTING: dict[Any, str] = {}  # those of them that give elements of their input: what to write for tracked tensors
LATE: dict[str, str] = {}  # the file that declares a function of NumPy's late, by the function's name


def late(package: str, table: Mapping[str, str]) -> None:
    """Say which of NumPy's functions each file of a package declares."""
    LATE.update({f"numpy.{name}": f"{package}.{file}" for file, names in table.items() for name in names.split()})


def declare_late(function: Any) -> bool:
    """Import the file that declares a function; is there one?"""
    file = LATE.get(f"{getattr(function, '__module__', '')}.{getattr(function, '__name__', '')}")
    if file is not None:
        importlib.import_module(file)
    return function in OPERATIONS or function in CONSTANT


def declare_all() -> None:
    for file in LATE.values():
        importlib.import_module(file)


def declared(function: Function) -> Function:
    """The operation that was declared for this function."""
    if function not in OPERATIONS:
        declare_late(function)
    return OPERATIONS[function]
