"""x[key] and x[key] = value of a traced array: views where NumPy makes views, else instructions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tape import COPY, View
from ..tape import getitem as tape_getitem
from ..tape import setitem as tape_setitem
from .arguments import counted, found, listed, masks, noted, numbers, placed
from .kinds import PLAIN, Bare, noted_result, of

__all__ = ["getitem", "setitem"]

ndarray = np.ndarray


def getitem(x: Any, key: Any) -> Any:
    tape, array = x.tape, x.array
    if key.__class__ is int and len(x.where.strides) == 1:
        number, where = array[key], x.where
        start = where.offset + where.strides[0] * (key if key >= 0 else key + where.shape[0])
        at = View(where.buffer, start, (), (), where.dtype)
        return noted_result(tape, COPY, (at,), (at,), number)
    if key.__class__ not in PLAIN:
        key = placed(key)
    mine = numbers(key)
    y = array[mine]
    if y.__class__ is not ndarray:
        if isinstance(key, int | np.integer) or (key.__class__ is tuple and all(map(is_place, key))):
            # one number: a copy of it, which passes leave out where nothing writes to the array
            place = array[(*key, ...) if key.__class__ is tuple else (key, ...)]
            within = tape.within(place, [(array, x.where)])
            view = tape.fresh(y)
            tape.note(COPY, "", (within,), {}, (view,), "fresh")
            return of(tape, y, view)
        view = tape.fresh(y)
        tape.note(tape_getitem, "", (x.where, noted(tape, key)), {}, (view,), "fresh")
        return of(tape, y, view)
    part = tape.within(y, [(array, x.where)]) if y.base is not None else None
    if part is not None and any(found(key)):
        part = tape.gathered(y, part, list(found(key)))
    if part is not None:
        return of(tape, y, part)
    for mask in masks(key):
        counted(mask)
    y, view = tape.made(y)
    tape.note(tape_getitem, "", (x.where, noted(tape, key)), {}, (view,), "fresh")
    return of(tape, y, view)


def setitem(x: Any, key: Any, value: Any) -> None:
    tape, array = x.tape, x.array
    key = placed(key)
    mine = numbers(key)
    value = value if isinstance(value, Bare | ndarray) else listed(value)
    array[mine] = numbers(value)
    where = (key,) if key.__class__ is not tuple else key
    if all(map(is_place_or_slice, where)):
        place = array[(*where, ...)] if Ellipsis not in where else array[where]
        view = tape.within(place, [(array, x.where)])
        if view is None:
            return tape.give_up("it writes to an argument whose elements share memory")
        tape.note(np.copyto, "", (noted(tape, value),), {"casting": "unsafe"}, (view,), "into")
        return
    if np.size(numbers(value)) != 1:
        for mask in masks(key):
            counted(mask)
    tape.note(tape_setitem, "", (x.where, noted(tape, key), noted(tape, value)), {}, (x.where,), "in place")


def is_place(k: Any) -> bool:
    return isinstance(k, int | np.integer) and not isinstance(k, bool)


def is_place_or_slice(k: Any) -> bool:
    return k is None or k is Ellipsis or k.__class__ is slice or is_place(k)
