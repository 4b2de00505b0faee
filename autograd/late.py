"""Names that are imported when they are asked for: a package offers more than most programs use.

Convention: a package's table says which names stand in each of its files, the files being names themselves. The same is
imported beside it under ``TYPE_CHECKING``, for type checkers; ``tests/test_public.py`` holds one against the other.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["late_names", "listed"]


def listed(table: Mapping[str, str]) -> list[str]:
    """The names in a table, without its files."""
    return " ".join(table.values()).split()


def late_names(
    package: str, table: Mapping[str, str], otherwise: Callable[[str], Any]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """A package's ``__getattr__`` and ``__dir__``; ``otherwise`` answers for names that it does not have.

    Once one name of a file has been asked for, all of them stand in the package, as if they had been imported there.
    """
    files = {name: file for file, names in table.items() for name in names.split()}

    def __getattr__(name: str) -> Any:
        if name in table:
            return importlib.import_module(f".{name}", package)
        if name not in files:
            return otherwise(name)
        found = importlib.import_module(f".{files[name]}", package)
        for other in table[files[name]].split():
            vars(sys.modules[package]).setdefault(other, getattr(found, other))
        return getattr(found, name)

    def __dir__() -> list[str]:
        return sorted({*vars(sys.modules[package]), *table, *files})

    return __getattr__, __dir__
