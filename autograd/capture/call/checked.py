"""``check=True``: each call is run both ways, and compared.

Convention: the eager call is recorded anew, so that the two recordings tell the first instruction that differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np

from ...functional import nests as tree
from ...tensor import Tensor
from ...value import Value
from ..program import listed
from ..record import Call, Run
from ..tape import Buffer, Guard, Instruction, View
from ..traced import is_foreign
from .paths import Path

__all__ = ["difference"]

TOLERANCE = {2: 1e-2, 4: 1e-4, 8: 1e-9, 16: 1e-9}  # by the bytes of a number: machines round differently

Steps = list[Any]


def difference(path: Path, call: Call, run: Run, eager: Any, captured: Any, left: Sequence[Any]) -> tuple[str, str]:
    """What differs between an eager call, which ``run`` has recorded, and a program; and the step that does, if any.

    ``left``  what the program would leave, of each effect; None where this is always the same
    """
    pairs: list[tuple[str, Any, Any]] = []
    for effect, value in zip(path.effects, left, strict=True):
        place = effect.source.place(call)
        pairs.append((place.name, numbers_of(place.get()), effect.value if value is None else numbers_of(value)))
    steps = unlike(path.steps, path.buffers, run.tape.steps(), run.tape.buffers)
    rounding = Rounding() if steps else rounding_of(path.steps, [eager, *[now for _, now, _ in pairs]])
    differ = [in_words(*pair) for pair in pairs if not alike(*pair[1:], rounding)]
    found = differing(eager, captured, rounding) or (differ[0] if differ else "")
    if not found and len(run.effects) != len(path.effects) and not run.tape.given_up:
        found = f"it leaves something in {len(run.effects)} places eagerly, in {len(path.effects)} captured"
    return found, steps


class Rounding(NamedTuple):
    """What counts as rounding, relatively, and beside numbers of which size."""

    tolerance: float = 0.0
    scale: float = 0.0


def rounding_of(steps: Steps, values: Iterable[Any]) -> Rounding:
    """Of a run of the same steps: its coarsest numbers count, and the largest: others may be 0 but for rounding."""
    kinds = {view.dtype for step in steps for view in step.outputs}
    sizes = [kind.itemsize // (2 if kind.kind == "c" else 1) for kind in kinds if kind.kind in "fc"]
    return Rounding(max((TOLERANCE.get(size, 1e-9) for size in sizes), default=0.0), largest(values))


def differing(eager: Any, captured: Any, rounding: Rounding) -> str:
    """Where two results differ, in words; "" where they are the same to rounding."""
    ours, theirs = list(tree.paths(captured)), list(tree.paths(eager))
    if [path for path, _ in ours] != [path for path, _ in theirs]:
        return "their form differs"
    for (path, a), (_, b) in zip(ours, theirs, strict=True):
        if type(a) is not type(b):
            return f"result{path} is of {type(b).__name__} eagerly, of {type(a).__name__} captured"
        if not alike(numbers_of(b), numbers_of(a), rounding):
            return in_words(f"result{path}", b, a)
    return ""


def in_words(name: str, eager: Any, captured: Any) -> str:
    """Two things that differ; of arrays, the elements that differ most."""
    a, b = np.asarray(numbers_of(captured)), np.asarray(numbers_of(eager))
    if a.shape != b.shape or a.dtype != b.dtype or a.ndim == 0 or a.dtype.kind not in "fiuc":
        return f"{name} is {eager!r} eagerly, {captured!r} captured"
    with np.errstate(all="ignore"):
        apart = np.where((a == b) | ((a != a) & (b != b)), 0.0, np.nan_to_num(np.abs(a - b), nan=np.inf))
    at = tuple(map(int, np.unravel_index(np.argmax(apart), a.shape)))
    return f"{name} at {list(at)} is {b[at]} eagerly, {a[at]} captured"


def numbers_of(x: Any) -> Any:
    x = x._array if isinstance(x, Tensor) else x.number if isinstance(x, Value) else x
    return np.asarray(x.tolist(), x.dtype) if is_foreign(x) else x


def largest(values: Iterable[Any]) -> float:
    """The largest magnitude of all finite numbers: what is zero but for rounding is small beside it."""
    found = 0.0
    for value in values:
        for leaf in tree.leaves(value):
            x = np.asarray(numbers_of(leaf))
            if x.dtype.kind in "fc":
                found = max(found, float(np.max(np.abs(x), initial=0.0, where=np.isfinite(x))))
    return found


def alike(a: Any, b: Any, rounding: Rounding) -> bool:
    """Are these the same to rounding, beside the largest number among them?"""
    if a is b:
        return True
    if not isinstance(a, np.ndarray | np.generic | int | float | complex):
        return type(a) is type(b)
    x, y = np.asarray(a), np.asarray(b)
    if x.dtype != y.dtype or x.shape != y.shape:
        return False
    if x.dtype.kind not in "fc":
        return bool(np.array_equal(x, y))
    tolerance = max(rounding.tolerance, TOLERANCE.get(x.real.dtype.itemsize, 1e-9))
    with np.errstate(all="ignore"):
        scale = max(rounding.scale, largest([x]))
        close = np.isclose(y, x, tolerance, tolerance * scale, equal_nan=True)
    return bool(close.all())


def unlike(then: Steps, before: list[Buffer], now: Steps, after: list[Buffer]) -> str:
    """The first step in which two recordings of a function differ, in words; "" if none does."""
    for k, (a, b) in enumerate(zip_longest(then, now)):
        if a is None or b is None or form_of(a) != form_of(b) or not same_constants(a, before, b, after):
            recorded = "nothing" if a is None else listed(a)
            found = "nothing" if b is None else listed(b)
            return f"step {k} was recorded as\n    {recorded}\nand is now\n    {found}\n{seen(a, before, b, after)}"
    return ""


def seen(a: Any, before: list[Buffer], b: Any, after: list[Buffer]) -> str:
    """Where constants differ: what they were and are."""
    if isinstance(a, Instruction) and isinstance(b, Instruction):
        old, new = list(constants(a, before)), list(constants(b, after))
        if len(old) == len(new):
            for x, y in zip(old, new, strict=True):
                if x is not None and y is not None and not np.array_equal(x, y, equal_nan=x.dtype.kind in "fc"):
                    return f"It computes with {x!r}, which the function has made; now that is {y!r}."
    return ""


def form_of(step: Instruction | Guard) -> Any:
    """What two recordings of the same step have in common."""
    if isinstance(step, Guard):
        return "guard", step.view.shape, step.view.dtype, repr(step.expected)
    return step.name, form(step.arguments), form(step.keywords), [(v.shape, v.dtype) for v in step.outputs]


def same_constants(a: Any, before: list[Buffer], b: Any, after: list[Buffer]) -> bool:
    """Do two recordings of a step compute with the same constants? What one reads where it is counts as such."""
    if isinstance(a, Guard):
        return True
    pairs = zip(constants(a, before), constants(b, after), strict=False)
    return all(x is None or y is None or x.tobytes() == y.tobytes() for x, y in pairs)


def constants(step: Instruction, buffers: list[Buffer]) -> Iterator[Any]:
    """The constants that an instruction reads; None for what is none."""
    for view in step.reads:
        array = buffers[view.buffer].array if view.buffer >= 0 and buffers[view.buffer].kind == "constant" else None
        yield None if array is None else view.of(array)


def form(x: Any) -> Any:
    """Arguments with views by their form alone."""
    if isinstance(x, View):
        return "view", x.shape, x.dtype.str
    if isinstance(x, tuple | list):
        return [form(part) for part in x]
    if isinstance(x, dict):
        return {name: form(part) for name, part in x.items()}
    return repr(x)
