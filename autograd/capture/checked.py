"""``check=True``: each call is run both ways, and compared.

Convention: the eager call is recorded anew, so that the two recordings tell the first instruction that differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import numpy as np

from ..functional import nests as tree
from ..tensor import Tensor
from ..value import Value
from .instruction import Buffer, Guard, Instruction, View
from .listing import listed

__all__ = ["differing", "unlike"]

TOLERANCE = {2: 1e-2, 4: 1e-4, 8: 1e-9, 16: 1e-9}  # by the bytes of a number: machines round differently

Steps = list[Any]


def differing(eager: Any, captured: Any) -> str:
    """Where two results differ, in words; "" where they are the same to rounding."""
    ours, theirs = list(tree.paths(captured)), list(tree.paths(eager))
    if [path for path, _ in ours] != [path for path, _ in theirs]:
        return "their form differs"
    for (path, a), (_, b) in zip(ours, theirs, strict=True):
        if type(a) is not type(b):
            return f"result{path} is of {type(b).__name__} eagerly, of {type(a).__name__} captured"
        if not alike(numbers_of(a), numbers_of(b)):
            return f"result{path} is {b!r} eagerly, {a!r} captured"
    return ""


def numbers_of(x: Any) -> Any:
    return x._array if isinstance(x, Tensor) else x.number if isinstance(x, Value) else x


def alike(a: Any, b: Any) -> bool:
    """Are these the same to rounding?"""
    if a is b:
        return True
    if not isinstance(a, np.ndarray | np.generic | int | float | complex):
        return type(a) is type(b)
    x, y = np.asarray(a), np.asarray(b)
    if x.dtype != y.dtype or x.shape != y.shape:
        return False
    if x.dtype.kind not in "fc":
        return bool(np.array_equal(x, y))
    with np.errstate(all="ignore"):
        scale = float(np.max(np.abs(y), initial=0.0, where=np.isfinite(y)))
        close = np.isclose(x, y, TOLERANCE.get(x.real.dtype.itemsize, 1e-9), 1e-3 * scale * 1e-9, equal_nan=True)
    return bool(close.all())


def unlike(then: Steps, before: list[Buffer], now: Steps, after: list[Buffer]) -> str:
    """The first step in which two recordings of a function differ."""
    for k, (a, b) in enumerate(zip_longest(then, now)):
        if a is None or b is None or form_of(a, before) != form_of(b, after):
            recorded = "nothing" if a is None else listed(a)
            found = "nothing" if b is None else listed(b)
            return f"step {k} was recorded as\n    {recorded}\nand is now\n    {found}\n{seen(a, before, b, after)}"
    return "Both have the same instructions: what differs is read from a place that Python hides."


def seen(a: Any, before: list[Buffer], b: Any, after: list[Buffer]) -> str:
    """Where constants differ: what they were and are."""
    if isinstance(a, Instruction) and isinstance(b, Instruction):
        old, new = list(constants(a, before)), list(constants(b, after))
        if len(old) == len(new):
            for x, y in zip(old, new, strict=True):
                if not np.array_equal(x, y, equal_nan=x.dtype.kind in "fc"):
                    return f"It computes with {x!r}, which the function has made; now that is {y!r}."
    return ""


def form_of(step: Instruction | Guard, buffers: list[Buffer]) -> Any:
    """What two recordings of the same step have in common."""
    if isinstance(step, Guard):
        return "guard", step.view.shape, step.view.dtype, repr(step.expected)
    parts = [bytes_of(x) for x in constants(step, buffers)]
    return step.name, form(step.arguments), form(step.keywords), [(v.shape, v.dtype) for v in step.outputs], parts


def bytes_of(x: Any) -> bytes:
    return x.tobytes()


def constants(step: Instruction, buffers: list[Buffer]) -> Iterator[Any]:
    """The constants that an instruction reads."""
    for view in step.reads:
        array = buffers[view.buffer].array if view.buffer >= 0 and buffers[view.buffer].kind == "constant" else None
        if array is not None:
            yield view.of(array)


def form(x: Any) -> Any:
    """Arguments with views by their form alone."""
    if isinstance(x, View):
        return "view", x.shape, x.dtype.str
    if isinstance(x, tuple | list):
        return [form(part) for part in x]
    if isinstance(x, dict):
        return {name: form(part) for name, part in x.items()}
    return repr(x)
