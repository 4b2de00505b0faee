"""Deep copies and pickles of a module: with the layers in its functions and on its class, which are parts of it.

Convention: Python copies no function. One that holds a part is made anew, around a copy of this part; what else it
closes over, such as the module that it stands in, stays the same. So is a cached one, whose copy has an empty cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import _lru_cache_wrapper, lru_cache
from types import CellType, FunctionType, MemberDescriptorType
from typing import Any

from .inside import NAMED, hold, leaf, look, members, on_class, own_classes
from .walk import dotted, owns, walk

Memo = dict[int, Any]


def state(module: Any) -> dict[str, Any]:
    """What a copy or a pickle of a module holds: its attributes but hooks, those in slots, and parts on its class."""
    own = dict(vars(module))
    own.pop("_hooks", None)
    return own | {str(name): part for name, part in on_class(module, own_classes(type(module)))}


def restore(module: Any, attributes: dict[str, Any]) -> None:
    """Give a new module these attributes."""
    for name, value in attributes.items():
        if isinstance(getattr(type(module), name, None), MemberDescriptorType):
            object.__setattr__(module, name, value)
        else:
            vars(module)[name] = value


def copied(module: Any, memo: Memo) -> Any:
    """A deep copy."""
    make, arguments, *rest = module.__reduce_ex__(4)
    new = memo[id(module)] = make(*deepcopy(arguments, memo))
    functions = {id(f): f for f in _functions(module) if _holds_part(f, module, memo)}
    new_ones = [f for f in functions.values() if id(f) not in memo]
    cells = [_made_anew(f, module, memo) for f in new_ones if isinstance(f, FunctionType)]
    for f in reversed(new_ones):  # what is in another comes after it
        if not isinstance(f, FunctionType):
            memo[id(f)] = lru_cache(**f.cache_parameters())(deepcopy(f.__wrapped__, memo))
    for cell, content in (pair for pairs in cells for pair in pairs):
        cell.cell_contents = deepcopy(content, memo)
    if rest and rest[0] is not None:
        new.__setstate__(deepcopy(rest[0], memo))
    if functions:
        theirs = {id(part) for _, part in walk(module)}
        shared = next((path for path, part in walk(new) if id(part) in theirs), None)
        if shared:
            raise TypeError(
                f"deepcopy of {type(module).__name__}: its copy would share {dotted(shared)}, which a function reads "
                "from a global: put it on an attribute of the module"
            )
    return new


def _functions(thing: Any) -> Iterator[Any]:
    """The functions in a module, cached ones too, but not in the modules inside it."""
    seen, stack = {id(thing)}, [thing]
    while stack:
        for _, member in members(stack.pop()):
            inside = look(type(member))
            if inside is None or inside is leaf or inside is hold or id(member) in seen:
                continue
            seen.add(id(member))
            stack.append(member)
            if isinstance(member, FunctionType | _lru_cache_wrapper):
                yield member


def _holds_part(thing: Any, module: Any, memo: Memo) -> bool:
    """Is a thing a part of the module, or is one in it?"""
    kind: Any = type(thing)
    if look(kind) is hold and id(thing) not in memo and owns(thing, module):
        return False
    return look(kind) in NAMED or any(True for _ in walk(thing, strict=False))


def _made_anew(function: Any, module: Any, memo: Memo) -> list[tuple[CellType, Any]]:
    """Make a function anew, with empty cells for the parts that it holds; returns these with what they should hold."""
    cells, empty = [], []
    for cell in function.__closure__ or ():
        try:
            content = cell.cell_contents
        except ValueError:  # not bound yet
            content = None
        if content is not None and _holds_part(content, module, memo):
            empty.append((cell := CellType(), content))
        cells.append(cell)
    new = FunctionType(function.__code__, function.__globals__, function.__name__, None, tuple(cells) or None)
    memo[id(function)] = new
    new.__defaults__ = deepcopy(function.__defaults__, memo)
    new.__kwdefaults__ = deepcopy(function.__kwdefaults__, memo)
    new.__qualname__, new.__module__, new.__doc__ = function.__qualname__, function.__module__, function.__doc__
    new.__annotations__ = function.__annotations__
    new.__dict__.update(function.__dict__)
    return empty
