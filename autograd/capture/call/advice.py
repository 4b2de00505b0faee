"""What makes each call of a captured function another program, and what to do about it.

Convention: advice is text for a warning: what differs, where it stands, what to write instead.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...functional import nests as tree
from ...tensor import Tensor
from ...value import Value
from ..outside import Place
from ..tape import Guard, as_complex, as_float, bytes_of, how_many, shape_of
from ..traced import is_foreign

__all__ = ["FORMS", "Described", "about_arguments", "about_decisions", "about_outside", "described"]

MOST = 10_000  # arguments in nests that are described
HERE = (int, str, bytes, bool, type(None))


class Described(NamedTuple):
    """An argument, or a part of one: what it is, and what of it decides which programs may run."""

    kind: str
    text: str


def described(f: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Described]:
    """The arguments of a call and their parts, by their names."""
    try:
        named: Mapping[str, Any] = inspect.signature(f).bind(*args, **kwargs).arguments
    except (TypeError, ValueError):  # it has no signature, or another one
        named = {**{f"number {k}": x for k, x in enumerate(args)}, **kwargs}
    found: dict[str, Described] = {}
    for name, part in _parts(named):
        if len(found) >= MOST:
            break
        found[name] = _described(part)
    return found


def _parts(named: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    waiting = list(reversed([*named.items()]))
    while waiting:
        name, x = waiting.pop()
        parts = tree.children(x)
        yield name, x
        waiting += [(name + step, part) for step, part in reversed(parts or [])]


def _described(x: Any) -> Described:
    name = type(x).__name__
    if isinstance(x, np.ndarray | Tensor) or is_foreign(x):
        return Described("array", f"{name} of shape {x.shape}, {x.dtype}")
    if isinstance(x, bool) or not isinstance(x, HERE):
        if isinstance(x, list | tuple | dict):
            return Described("nest", f"{name} of {len(x)}")
        if isinstance(x, bool):
            return Described("option", repr(x))
        if isinstance(x, float | np.generic | Value | np.random.Generator):
            return Described("kind", name)
        return Described("object", f"{name} at {id(x):#x}")
    return Described("number" if isinstance(x, int) else "option", repr(x)[:40])


TO_DO = {
    "number": "a whole number is an option, and each makes a program of its own: give a float, float({name}), if it is "
              "computed with, or draw from a generator that is kept",
    "option": "each option makes a program of its own: raise limit=, or capture a function for each",
    "array": "each shape and dtype makes a program of its own: take the same ones (leave out the last, smaller batch; "
             "fill up), or raise limit=",
    "nest": "each length makes a program of its own: give an array, or fill up",
    "object": "each function and object has programs of its own: make it once, outside",
    "kind": "each type makes a program of its own: give the same one",
}  # fmt: skip


FORMS = (
    "Something that it computes has another shape or dtype in each call, such as np.unique(x): capture what comes "
    "before it, and what comes after, or raise limit="
)


def about_arguments(then: Mapping[str, Described], now: Mapping[str, Described]) -> str:
    """What differs between the arguments of two calls."""
    for name, here in now.items():
        there = then.get(name, here)
        if here != there:
            kind = here.kind if here.kind == there.kind else "kind"
            return f"Its argument {name} was {there.text}, and is {here.text} now; {TO_DO[kind].format(name=name)}"
    missing = [name for name in then if name not in now]
    if missing:
        return f"Its argument {missing[0]} is missing now; call it with the same ones"
    return "Other arguments make a program each: call it with fewer, or raise limit="


def about_outside(changed: Sequence[Place] | None) -> str:
    """What the function reads from outside, and is another one in this call."""
    if not changed:
        return (
            "A list, dict or array that it reads from outside has another size or type in each call: "
            "pass it as an argument"
        )
    names = ", ".join(dict.fromkeys(place.name or "a variable" for place in changed[:3]))
    return f"What it reads from outside is something else in each call: {names}. Pass it as an argument"


def about_decisions(guard: Guard) -> str:
    """A decision that falls in another way in each call."""
    where = f" ({guard.source})" if guard.source else ""
    if guard.read in (how_many, shape_of):
        return (
            f"Each call takes another number of elements by a mask{where}: np.where(mask, x, 0) computes with all of "
            "them, whatever the mask"
        )
    if guard.read is operator.index:
        return (
            f"Each call counts to, or indexes by, another whole number{where}: capture what is done for each of them, "
            "or raise limit="
        )
    if guard.read in (as_float, as_complex, bytes_of, int):
        return (
            f"Each call sees other numbers where float(x), int(x), np.array([x, y]) or a text is made of them{where}: "
            "write x.item() for a number to compute with, np.stack([x, y]) for an array, or return them"
        )
    return (
        f"Decisions on numbers go another way each time{where}: compute both ways and choose by np.where, capture the "
        "body of a loop that ends by itself, or raise limit="
    )
