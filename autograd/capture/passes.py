"""What makes a program shorter, and leaves its results as they are: bit by bit.

Convention: a buffer that is written once, as a whole, is a value; only values are merged, folded or passed on. Buffers
that are written in place are left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import copysign
from typing import Any

import numpy as np

from .drawing import Draw
from .instruction import Buffer, Guard, Instruction, View, read_by

__all__ = ["shortened"]

Step = Instruction | Guard
# x + -0.0 and x - 0.0 are x, also for x = -0.0; x + 0.0 is not.
NEUTRAL = {"add": (0.0, -1.0), "subtract": (0.0, 1.0), "multiply": (1.0, 1.0), "divide": (1.0, 1.0)}
COPIES = {"copy", "astype", "ascontiguousarray", "asarray", "array", "positive"}


def shortened(steps: Sequence[Step], buffers: list[Buffer], results: Sequence[View]) -> tuple[list[Step], list[View]]:
    """The same program with copies passed on, equal instructions merged, constants folded, and dead ones left out."""
    written = Counter(view.buffer for step in steps for view in step.outputs)
    once = {b.number for b in buffers if written[b.number] <= (b.kind == "fresh")}
    known: dict[Any, tuple[View, ...]] = {}
    instead: dict[int, View] = {}  # by buffer: the whole of it is this view
    kept: list[Step] = []
    for step in steps:
        if isinstance(step, Guard):
            kept.append(Guard(moved(step.view, instead), step.read, step.expected, step.source))
            continue
        for view in step.reads:
            if view.buffer in instead:
                arguments, keywords = replaced(step.arguments, instead), replaced(step.keywords, instead)
                step = Instruction(step.function, step.method, arguments, keywords, step.outputs, step.form,
                                   read_by(arguments, keywords), step.source)  # fmt: skip
                break
        if step.form != "fresh" or not once.issuperset([view.buffer for view in step.outputs]):
            kept.append(step)
            continue
        if step.function.__class__ is Draw:
            kept.append(step)
            continue
        source = copied(step)
        if source is not None and source.buffer in once and same_layout(source, step.outputs[0]):
            instead[step.outputs[0].buffer] = source
            continue
        if not once.issuperset([view.buffer for view in step.reads]):
            kept.append(step)
            continue
        if folded(step, buffers):
            continue
        key = keyed(step)
        if key is None:
            kept.append(step)
        elif key in known:
            instead.update((view.buffer, first) for view, first in zip(step.outputs, known[key], strict=True))
        else:
            known[key] = step.outputs
            kept.append(step)
    results = [moved(view, instead) for view in results]
    return alive(kept, results), results


def moved(view: View, instead: dict[int, View]) -> View:
    """The view that has the same numbers in a buffer that another stands for."""
    other = instead.get(view.buffer)
    if other is None:
        return view
    return View(other.buffer, other.offset + view.offset, view.shape, view.strides, view.dtype, view.weak)


def replaced(x: Any, instead: dict[int, View]) -> Any:
    """Arguments with views moved."""
    if x.__class__ is View:
        return moved(x, instead)
    if isinstance(x, tuple | list):
        parts = [replaced(part, instead) for part in x]
        return type(x)._make(parts) if hasattr(x, "_make") else type(x)(parts)
    if isinstance(x, dict):
        return {name: replaced(part, instead) for name, part in x.items()}
    if isinstance(x, slice):
        return slice(*(replaced(part, instead) for part in (x.start, x.stop, x.step)))
    return x


def copied(step: Instruction) -> View | None:
    """The view that an instruction copies, if that is all it does."""
    if len(step.reads) != 1:
        return None
    neutral = NEUTRAL.get(step.name)
    if neutral is not None and len(step.arguments) == 2:
        other = step.arguments[1] if step.arguments[0] is step.reads[0] else step.arguments[0]
        if other.__class__ is not float or (other, copysign(1.0, other)) != neutral:
            return None
        if step.name in ("subtract", "divide") and step.arguments[0] is not step.reads[0]:
            return None
    elif step.reads[0] is not step.arguments[0] or step.name not in COPIES:
        return None
    source, copy = step.reads[0], step.outputs[0]
    return source if source.dtype == copy.dtype and source.shape == copy.shape else None


def same_layout(source: View, copy: View) -> bool:
    """Can views of the copy be views of the source? Else offsets within the copy would mean other numbers."""
    return source.strides == copy.strides or source.size <= 1


def folded(step: Instruction, buffers: list[Buffer]) -> bool:
    """Compute an instruction now if all that it needs is constant: its result is then a constant of the program."""
    for view in step.reads:
        if buffers[view.buffer].kind != "constant":
            return False
    if len(step.outputs) != 1:
        return False
    out = step.outputs[0]
    arguments, keywords = constants(step.arguments, buffers), constants(step.keywords, buffers)
    if out.size * out.dtype.itemsize > 1 << 20:
        return False
    with np.errstate(all="ignore"):
        y = np.asarray(step.call(*arguments, **keywords))
    if y.shape != out.shape or y.dtype != out.dtype:
        return False
    whole = np.empty(buffers[out.buffer].size, np.uint8)
    out.of(whole)[...] = y
    buffers[out.buffer].array, buffers[out.buffer].kind = whole, "constant"
    return True


def constants(x: Any, buffers: list[Buffer]) -> Any:
    """Arguments with arrays in place of views of constants."""
    if x.__class__ is View:
        return x.of(buffers[x.buffer].array)
    if isinstance(x, tuple | list):
        parts = [constants(part, buffers) for part in x]
        return type(x)._make(parts) if hasattr(x, "_make") else type(x)(parts)
    if isinstance(x, dict):
        return {name: constants(part, buffers) for name, part in x.items()}
    if isinstance(x, slice):
        return slice(*(constants(part, buffers) for part in (x.start, x.stop, x.step)))
    return x


def keyed(step: Instruction) -> Any:
    """What two equal instructions have in common; None if that cannot be told."""
    try:
        key = (step.function, step.method, frozen(step.arguments), frozen(step.keywords) if step.keywords else None,
               step.outputs[0].dtype)  # fmt: skip
        hash(key)
    except TypeError:
        return None
    return key


def frozen(x: Any) -> Any:
    """Something hashable that is equal for equal arguments: 1, 1.0 and True differ."""
    if x.__class__ is View:
        return x
    if isinstance(x, tuple | list):
        return (type(x), *map(frozen, x))
    if isinstance(x, dict):
        return tuple((name, frozen(part)) for name, part in x.items())
    if isinstance(x, slice):
        return ("slice", frozen(x.start), frozen(x.stop), frozen(x.step))
    if isinstance(x, float):
        return (float, x.hex())
    return (type(x), x)


def alive(steps: Sequence[Step], results: Sequence[View]) -> list[Step]:
    """The steps that a result or a guard depends on."""
    needed = {view.buffer for view in results}
    kept: list[Step] = []
    for step in reversed(steps):
        if (
            step.__class__ is Guard
            or step.function.__class__ is Draw
            or not needed.isdisjoint([view.buffer for view in step.outputs])
        ):
            kept.append(step)
            needed.update([view.buffer for view in step.reads])
    return kept[::-1]
