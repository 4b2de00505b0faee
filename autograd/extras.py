"""Optional dependencies: imported only when needed, with an error that names the extra to install."""

from __future__ import annotations

import importlib
import sys
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


def adopted(x: Any) -> Any:
    """An array of CuPy's own as one that takes all of NumPy's functions; anything else as it is."""
    cupy = sys.modules.get("cupy")
    if cupy is None or not isinstance(x, getattr(cupy, "ndarray", ())):
        return x
    return importlib.import_module(f"{__package__}.gpu").entered(x)
