"""The rules of SciPy's special functions, for plain ``scipy.special`` ufuncs called on tensors.

Convention: this package never imports SciPy. When a tensor meets a ufunc without a rule and ``scipy.special`` is
imported already, ``ensure_scipy`` declares the rules, once. In them d is the derivative passing through, y the result,
x or a, b, c the ufunc's inputs in order. An input without a derivative (the order of a Bessel function) is no parameter
of its rules, and a tracked tensor there raises. DLMF: NIST's Digital Library of Mathematical Functions, dlmf.nist.gov.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import numpy as np

from ...declare import elementwise

# files beside this one, imported only with SciPy
FAMILIES = (
    "entropy", "erf", "normal", "gamma", "incomplete_gamma", "incomplete_beta", "probabilities", "bessel", "integrals",
    "polynomials",
)  # fmt: skip
declared = False


class Bare:
    """The functions of ``scipy.special`` themselves.

    With SCIPY_ARRAY_API=1 its names are functions that look for an array's library first, and are no ufuncs.
    """

    def __init__(self, module: Any) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._module, name)
        function = getattr(function, "__wrapped__", function)
        setattr(self, name, function)
        return function


def bare() -> Any:
    """These functions, None where SciPy's are not imported."""
    module = sys.modules.get("scipy.special")
    return None if module is None else Bare(module)


def ensure_scipy() -> bool:
    """Declare the rules of scipy.special's ufuncs if it is imported; tell whether they are declared."""
    global declared
    sc = bare()
    if sc is not None and not declared:

        def rule(name: str, *rules: Any, **options: Any) -> None:
            """``elementwise`` by the ufunc's name, if this SciPy has it."""
            function = getattr(sc, name, None)
            if isinstance(function, np.ufunc):
                elementwise(function, *rules, **options)

        for family in FAMILIES:
            importlib.import_module(f".{family}", __package__).declare(sc, rule)
        declared = True  # last, so that no other thread goes on without the rules
    return declared
