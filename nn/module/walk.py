"""What is inside a module, and under which name.

Convention: a path is a tuple of keys, ``("encoder", 2, "weight")``. A state dict names it ``encoder.2.weight``; Python
writes ``model.encoder[2].weight``. ``inside.py`` says how each kind of thing is searched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from .inside import PLAIN, UNNAMED, Key, Member, calls, hold, leaf, look, members

Path: TypeAlias = tuple[Key, ...]


def walk(thing: Any, deep: bool = True, strict: bool = True) -> Iterator[tuple[Path, Any]]:
    """The holders, leaf tensors and Values inside ``thing``, in order, each with its path.

    An object with two paths comes twice. ``deep=False`` does not look inside the holders that it finds. What has no
    path, as an element of a set, must have one elsewhere: else there is a TypeError at the end, if ``strict``.
    """
    unnamed: list[tuple[Path, Any]] = []
    yield from _walk(thing, deep, unnamed)
    if unnamed and strict:
        named = {id(found) for _, found in _walk(thing, True, [])}
        for path, member in unnamed:
            if id(member) not in named and member is not thing and not owns(member, thing):
                kind = type(member).__name__
                raise TypeError(
                    f"{type(thing).__name__}.{dotted(path)} has a {kind} as an element of a set or a key of a dict, "
                    "where it has no name to be saved under: put it in a list, or make it the value of a key"
                )


def _walk(thing: Any, deep: bool, unnamed: list[tuple[Path, Any]], root: Any = None) -> Iterator[tuple[Path, Any]]:
    """See ``walk``; what has no path is added to ``unnamed``."""
    root = thing if root is None else root
    above = {id(thing)}  # what is being searched: a module may know its parent
    stack: list[tuple[Path, Any, bool, Iterator[Member]]] = [((), thing, False, iter(members(thing)))]
    while stack:
        path, whole, called, rest = stack[-1]
        for key, member in rest:
            kind = type(member)
            if kind in PLAIN:
                continue
            inside = look(kind)
            if inside is None:
                continue
            if key is UNNAMED:
                unnamed.append((path, member))
            elif inside is leaf:
                if getattr(member, "is_leaf", True):
                    yield (*path, key), member
            elif id(member) not in above:
                here = (*path, key)
                if inside is hold:
                    # a function may read a number of the module that it stands in: this does not make it a part
                    if called and root is thing and owns(member, thing):
                        continue
                    yield here, member
                    if not deep:
                        continue
                above.add(id(member))
                stack.append((here, member, inside in calls or (called and inside is not hold), iter(members(member))))
                break
        else:
            above.discard(id(whole))
            stack.pop()


def owns(holder: Any, thing: Any) -> bool:
    """Is ``thing`` somewhere inside ``holder``?"""
    return any(found is thing for _, found in _walk(holder, True, [], thing))


def dotted(path: Path) -> str:
    """The name of a path in a state dict: ``encoder.2.weight``."""
    return ".".join(map(str, path))


def access(thing: Any, path: Path) -> str:
    """The code that follows the path from ``thing``: ``.encoder[2]``, ``.heads['a']``."""
    text = ""
    for key in path:
        inside = look(type(thing))
        if inside is hold:
            text += thing.reach(key)
        else:
            text += f".{key}" if inside in calls or hasattr(thing, "__dict__") else f"[{key!r}]"
        thing = next(member for k, member in members(thing) if k == key)
    return text
