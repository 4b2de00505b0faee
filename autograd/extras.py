"""Optional dependencies: imported only when needed, with an error that names the extra to install."""

from __future__ import annotations

import importlib
from typing import Any


def extra(module: str, name: str, purpose: str) -> Any:
    """The module of an optional dependency, which ``pip install 'chalkgrad[name]'`` installs.

    ``purpose`` says in the error what needs it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(f"{purpose} needs {package}: pip install 'chalkgrad[{name}]'") from error
