"""A function that is its own text: ``lambda x, y: np.sum(np.tanh(x) @ y, axis=0)``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ....typing import NDArray


@dataclass(frozen=True, repr=False)
class Expression:
    """A function that is compiled from its ``text``, a lambda in which ``np`` is NumPy; its repr is this text.

    It takes plain numbers and arrays, tensors and (where it was drawn for numbers) Values.
    """

    text: str

    @functools.cached_property
    def function(self) -> Callable[..., Any]:
        """The compiled text, which tracebacks show: they ask the loader among the function's globals for it."""
        names = {"np": np, "__name__": "expression", "__loader__": self}
        compiled: Callable[..., Any] = eval(compile(self.text, self.text, "eval"), names)
        return compiled

    def get_source(self, name: str) -> str:
        """What a loader of modules would give for any ``name``: the text."""
        return self.text + "\n"

    def __call__(self, *inputs: Any) -> Any:
        return self.function(*inputs)

    def __repr__(self) -> str:
        return self.text

    def __getstate__(self) -> dict[str, str]:
        return {"text": self.text}

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.text)


class Call(NamedTuple):
    """A function ``f``, and ``inputs``: arrays that fit it."""

    f: Expression
    inputs: tuple[NDArray[Any], ...]

    def __repr__(self) -> str:
        return f"({self.f})({', '.join(map(_code, self.inputs))})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


def _code(x: NDArray[Any]) -> str:
    """An array as code."""
    dtype = "" if x.dtype in (np.dtype(float), np.dtype(complex)) else f", dtype=np.{x.dtype.name}"
    return f"np.array({x.tolist()}{dtype})" if x.size else f"np.zeros({x.shape}{dtype})"
