"""Ufuncs with something traced among their arguments: their calls, their methods, and what they write to."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tape import FAILING, Method, Tape, View
from .arguments import listed, noted, numbers
from .kinds import PLAIN, Bare, Late, noted_result, of

__all__ = ["KNOWN", "call_ufunc", "called"]

ndarray = np.ndarray
KNOWN = (ndarray, np.generic, int, float, complex, type(None), list, tuple)  # beside what is traced of these


def call_ufunc(tape: Tape, ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """A ufunc, or a method of it, with something traced among its arguments."""
    for x in inputs:
        if type(x) not in PLAIN and not isinstance(x, (Late.Traced, *KNOWN)):
            return NotImplemented
        if isinstance(x, ndarray) and type(x) is not ndarray:
            tape.give_up(f"np.{ufunc.__name__} is given a {type(x).__name__}")
    out = keywords.pop("out", None)
    inputs = tuple([listed(x) if isinstance(x, list | tuple) else x for x in inputs])
    given = [numbers(x) for x in inputs]
    own = {name: numbers(x) for name, x in keywords.items()} if keywords else keywords
    if method == "at":
        getattr(ufunc, method)(*given, **own)
        if not isinstance(inputs[0], Bare):
            return tape.give_up(f"np.{ufunc.__name__}.at adds numbers of the program to an ordinary array")
        tape.note(ufunc, method, noted(tape, inputs), noted(tape, keywords), (inputs[0].where,), "in place")
        return None
    if any(type(x) is Late.Number for x in inputs):
        inputs = strengthened(tape, ufunc, method, inputs, given)
    if out is not None:
        return into(tape, ufunc, method, inputs, given, keywords, own, out)
    y = getattr(ufunc, method)(*given, **own) if method != "__call__" else ufunc(*given, **own)
    how = "" if method == "__call__" else method
    arguments = noted(tape, inputs)
    if y.__class__ is tuple:
        ys, outputs = zip(*[tape.made(part) for part in y], strict=True)
        tape.note(ufunc, how, arguments, noted(tape, keywords), outputs, "fresh")
        return tuple([of(tape, part, view)
                      for part, view in zip(ys, outputs, strict=True)])  # fmt: skip
    y, view = tape.made(y)
    tape.note(ufunc, how, arguments, noted(tape, keywords) if keywords else keywords, (view,), "fresh")
    return of(tape, y, view)


def called(tape: Tape, ufunc: np.ufunc, inputs: tuple[Any, ...]) -> Any:
    """What most calls are, without detours: a ufunc with one result, of arrays and plain numbers. Else None."""
    if ufunc.nout != 1:
        return None
    given: list[Any] = []
    arguments: list[Any] = []
    reads: list[View] = []
    for x in inputs:
        kind = type(x)
        if kind is Late.Traced or kind is Late.Scalar:
            view = x.where
            given.append(x.own)
            reads.append(view)
        elif kind is ndarray:
            view = tape.view(x)
            given.append(x)
            reads.append(view)
        elif kind in PLAIN:
            view = x
            given.append(x)
        else:
            return None
        arguments.append(view)
    try:
        y = ufunc(*given)
    except FAILING as error:
        tape.fail(error)
        raise
    return noted_result(tape, ufunc, tuple(arguments), tuple(reads), y)


def into(
    tape: Tape, ufunc: np.ufunc, method: str, inputs: Any, given: Any, keywords: Any, own: Any, out: tuple[Any, ...]
) -> Any:
    """A ufunc that writes to given arrays."""
    if any(y is not None and not isinstance(y, Bare) for y in out):
        tape.give_up(f"np.{ufunc.__name__}(..., out=y) writes numbers of the program into an ordinary array")
        return getattr(ufunc, method)(*given, out=tuple([numbers(y) for y in out]), **own)
    made = getattr(ufunc, method)(*given, out=tuple([numbers(y) for y in out]), **own)
    ys = made if made.__class__ is tuple else (made,)
    how = "" if method == "__call__" else method
    pairs: list[tuple[Any, View]] = [
        (None, y.where) if y is not None else tape.made(m) for y, m in zip(out, ys, strict=True)
    ]
    targets = tuple([view for _, view in pairs])
    tape.note(ufunc, how, noted(tape, inputs), noted(tape, keywords), targets, "into")
    found = tuple([y if y is not None else of(tape, m, view)
                   for y, (m, view) in zip(out, pairs, strict=True)])  # fmt: skip
    return found if len(found) > 1 else found[0]


def strengthened(
    tape: Tape, ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], given: list[Any]
) -> tuple[Any, ...]:
    """The operands with numbers cast to the dtype that they take among these arrays."""
    if method != "__call__" or len(inputs) != ufunc.nin:
        return inputs
    kinds = [type(g) if g.__class__ in (int, float, complex) else np.asarray(g).dtype for g in given]
    try:
        resolved = ufunc.resolve_dtypes((*kinds, *[None] * ufunc.nout))
    except TypeError:
        return inputs
    cast = []
    for x, g, dtype in zip(inputs, given, resolved, strict=False):
        if type(x) is Late.Number and x.where.dtype != dtype:
            array = np.asarray(g).astype(dtype)
            view = tape.fresh(array)
            tape.note(Method("astype"), "", (x.where._replace(weak=False), dtype), {}, (view,), "fresh")
            cast.append(of(tape, array, view))
        else:
            cast.append(x)
    return tuple(cast)
