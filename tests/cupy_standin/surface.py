"""What CuPy offers: names and their parameters, as ``surface.txt`` has them from CuPy itself.

Convention: a call that CuPy would refuse raises ``Lacking``, which is a TypeError, and names what is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any

import numpy as np


class Lacking(TypeError):
    """CuPy has no such function, keyword or method of an array."""


class Surface:
    """The lines of the file, by kind."""

    def __init__(self, text: str) -> None:
        self.version = ""
        self.functions: dict[str, Signature] = {}
        self.ufuncs: dict[str, bool] = {}  # has it .at?
        self.gufuncs: dict[str, Signature] = {}
        self.methods: dict[str, Signature] = {}
        self.attributes: set[str] = set()
        self.generator: dict[str, Signature] = {}
        self.module: dict[str, Signature] = {}
        for line in text.splitlines():
            word, *rest = line.split()
            if word == "cupy":
                self.version = rest[0]
            elif word.startswith("numpy."):
                self.functions[word] = signature(rest)
            elif word == "ufunc":
                self.ufuncs[rest[0]] = rest[1:] == ["at"]
            elif word == "array-attribute":
                self.attributes.add(rest[0])
            elif word == "module":
                self.module[f"{rest[0]}.{rest[1]}"] = signature(rest[2:])
            else:
                kinds = {"gufunc": self.gufuncs, "array": self.methods, "generator": self.generator}
                kinds[word][rest[0]] = signature(rest[1:])


def signature(words: Iterable[str]) -> Signature:
    """Parameters from their words: ``a axis? * copy? **options``."""
    found, kind = [], Parameter.POSITIONAL_OR_KEYWORD
    for word in words:
        if word == "*":
            kind = Parameter.KEYWORD_ONLY
        elif word.startswith("**"):
            found.append(Parameter(word[2:], Parameter.VAR_KEYWORD))
        elif word.startswith("*"):
            found.append(Parameter(word[1:], Parameter.VAR_POSITIONAL))
            kind = Parameter.KEYWORD_ONLY
        else:
            default = None if word.endswith("?") else Parameter.empty
            found.append(Parameter(word.rstrip("?"), kind, default=default))
    return Signature(found)


def fits(what: str, takes: Signature, args: Iterable[Any], kwargs: Mapping[str, Any]) -> None:
    """Refuse arguments that the function of CuPy does not take."""
    key = id(takes), len(tuple(args)), *kwargs
    if key not in FITTING:
        try:
            takes.bind(*args, **kwargs)
        except TypeError as error:
            raise Lacking(f"{what}: {error}; CuPy's takes {takes}") from None
        FITTING.add(key)


FITTING: set[Any] = set()  # what has been found to fit: Python takes its time to bind arguments
SURFACE = Surface(Path(__file__).with_name("surface.txt").read_text(encoding="utf-8"))
REDUCE = signature(["array", "axis?", "dtype?", "out?", "keepdims?"])
METHODS = {
    "outer": signature(["A", "B", "dtype?", "out?", "casting?"]),
    "reduce": REDUCE,
    "accumulate": signature(["array", "axis?", "dtype?", "out?"]),
    "reduceat": signature(["array", "indices", "axis?", "dtype?", "out?"]),
    "at": signature(["a", "indices", "b?"]),
}
SERVED = {"reduce": ("add", "multiply"), "accumulate": ("add", "multiply"), "reduceat": ("add",)}
CALL = ("out", "dtype", "casting")


def check_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Refuse a call of a ufunc that CuPy would refuse."""
    name = ufunc.__name__
    if name in SURFACE.gufuncs:
        if method != "__call__":
            raise Lacking(f"np.{name}.{method}: CuPy has none")
        return fits(f"np.{name}", SURFACE.gufuncs[name], inputs, kwargs)
    if name not in SURFACE.ufuncs:
        raise Lacking(f"np.{name}: CuPy has no such ufunc")
    if len(kwargs.get("out", ())) > 1:
        raise Lacking(f"np.{name}: CuPy takes a single out=")
    if method == "__call__":
        if wrong := set(kwargs) - set(CALL):
            raise Lacking(f"np.{name}: CuPy's takes no {', '.join(sorted(wrong))}")
        return None
    fits(f"np.{name}.{method}", METHODS[method], inputs, kwargs)
    if name not in SERVED.get(method, (name,)) or (method == "at" and not SURFACE.ufuncs[name]):
        raise Lacking(f"np.{name}.{method}: CuPy does not implement it")
    return None


def check_function(function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Refuse a call of one of NumPy's functions that CuPy would refuse."""
    path = f"{function.__module__}.{function.__name__}"
    if path not in SURFACE.functions:
        raise Lacking(f"{path}: CuPy has no such function")
    fits(path, SURFACE.functions[path], args, kwargs)
