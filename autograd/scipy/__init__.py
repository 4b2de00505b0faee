"""SciPy for programs written for HIPS autograd: ``from autograd.scipy.stats import norm``.

Convention: SciPy's ufuncs are SciPy's own, and what it writes in Python is the twin of ``autograd.special``,
``autograd.linalg``, ``autograd.integrate`` and ``autograd.stats``, if there is one. All other names of these modules
are SciPy's, which take plain numbers. ImportError is raised where SciPy is missing.
"""

from __future__ import annotations

import importlib
from typing import Any


def __getattr__(name: str) -> Any:
    """A module of it, which is imported when it is asked for."""
    if name in ("integrate", "linalg", "signal", "special", "stats"):
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module 'autograd.scipy' has no attribute {name!r}: import SciPy's", name=name)
