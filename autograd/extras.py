"""Optional dependencies: imported when something asks for them, with an error that names the extra to install."""

from __future__ import annotations

import importlib
from typing import Any


def extra(module: str, name: str, purpose: str) -> Any:
    """A module of an optional dependency, which ``pip install 'chalkgrad[name]'`` brings; ``purpose`` needs it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(f"{purpose} needs {package}: pip install 'chalkgrad[{name}]'") from error
