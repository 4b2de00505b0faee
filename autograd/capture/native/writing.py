"""One instruction as rows: places for its views, what its function makes of them, and what overlaps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..tape import Instruction, Method, View, mapped, read_by
from .functions import FUNCTIONS, write_ufunc_method
from .rows import LARGEST, NUMBER, Place, Unknown, Writer
from .ufuncs import write_ufunc

__all__ = ["write"]

with np.errstate(all="ignore"):
    ROOTS = bool(np.isnan(np.power(np.array([-np.inf]), 0.5))[0])  # does NumPy take roots for such powers, as some do?


def write(writer: Writer, step: Instruction) -> None:
    """Write an instruction's rows."""
    for view in (*step.outputs, *step.reads):
        if view.size * view.dtype.itemsize > LARGEST or any(s % view.dtype.alignment for s in view.strides):
            raise Unknown
    outputs = [Place(k, 0, *view[2:5]) for k, view in enumerate(step.outputs)]
    slots = iter(range(len(outputs), NUMBER))
    function, method = step.function, step.method
    targets = outputs
    form, reads, more = step.form, step.reads, step.keywords
    if form == "in place" and "out" in more:  # a function that writes to what it is told to, whatever is there
        form, reads, more = "into", read_by(step.arguments, {}), {k: v for k, v in more.items() if k != "out"}
        if step.keywords["out"] != step.outputs[0] or read_by((), more):
            raise Unknown
    if form == "in place" and any(overlapping(step.outputs[0], view, False) for view in reads[1:]):
        raise Unknown
    if form == "into":
        if len(outputs) != 1:
            raise Unknown
        each = function is np.copyto or (isinstance(function, np.ufunc) and method == "" and function.signature is None)
        if any(overlapping(step.outputs[0], view, each) for view in reads):
            targets = [writer.fresh(outputs[0].shape, outputs[0].dtype)]
    if isinstance(function, np.ufunc) and step.method == "":
        numbers = iter(range(NUMBER, 2 * NUMBER))
        given = []
        for x in step.arguments:
            if x.__class__ is View:
                given.append(Place(next(slots), 0, *x[2:5]))
            elif isinstance(x, bool | np.generic):
                given.append(Place(next(numbers), 0, (), (), np.asarray(x).dtype))
            elif isinstance(x, int | float | complex):
                given.append(Place(next(numbers), 0, (), (), x.__class__))  # type: ignore[arg-type]
            else:
                raise Unknown
        if function is np.power and step.arguments[1].__class__ in (int, float) and step.arguments[1] == 2:
            function, given = np.square, given[:1]  # as NumPy does
        elif function is np.power and ROOTS and view_is_real(step.outputs[0]) and step.arguments[1] == 0.5:
            function, given = np.sqrt, given[:1]
        write_ufunc(writer, function, targets, given, placed(more, slots))
    else:
        arguments, keywords = placed(step.arguments, slots), placed(more, slots)
        if isinstance(function, np.ufunc):
            write_ufunc_method(writer, function, method, targets, arguments, keywords)
        else:
            key = (
                function
                if function in FUNCTIONS
                else getattr(function, "__name__", "")
                if isinstance(function, Method)
                else None
            )
            if key not in FUNCTIONS:
                raise Unknown
            FUNCTIONS[key](writer, targets, *arguments, **keywords)
    if targets is not outputs:
        writer.copy(outputs[0], targets[0])


def view_is_real(view: View) -> bool:
    """Is it an array of floats, and no number?"""
    return view.dtype.kind == "f" and view.shape != ()


def placed(x: Any, slots: Iterator[int]) -> Any:
    """Arguments with places for views, in the order of ``read_by``."""
    if x.__class__ is View:
        return Place(next(slots), 0, *x[2:5])
    return mapped(lambda part: placed(part, slots), x)


def overlapping(out: View, x: View, each: bool) -> bool:
    """Do they share memory? Number for number they may, where ``each`` number depends on those in its own place."""
    if out.buffer != x.buffer:
        return False
    if (out.offset, out.shape, out.strides) == (x.offset, x.shape, x.strides):
        return not each
    (a, b), (c, d) = extent(out), extent(x)
    return a < d and c < b


def extent(view: View) -> tuple[int, int]:
    low = high = view.offset
    for n, step in zip(view.shape, view.strides, strict=True):
        low, high = low + min(0, (n - 1) * step), high + max(0, (n - 1) * step)
    return low, high + view.dtype.itemsize
