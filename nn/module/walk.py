"""Finding what belongs to a module: through attributes, lists, tuples and dicts, in their order.

Convention: a path is a tuple of keys, ``("encoder", 2, "weight")``, whose name is ``encoder.2.weight`` and which is
reached by ``model.encoder[2].weight``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from autograd import Tensor, Value

Key = Any  # the name of an attribute, a number in a list, any key of a dict
Path = tuple[Key, ...]

PLAIN = {int, float, bool, str, type(None)}  # nothing is inside of these, which most attributes are


class Holder:
    """Whatever is walked by its attributes; a Module is one."""

    def members(self) -> Iterator[tuple[Key, Any]]:
        """What hangs on it, by the keys that stand in names."""
        yield from vars(self).items()

    def reach(self, key: Key) -> str:
        """How a member is written behind it: ``.encoder``, or ``[0]`` of one that is indexed."""
        return f".{key}"


def members(thing: Any) -> Iterator[tuple[Key, Any]]:
    """What is directly in a holder, dict, list or tuple; in anything else there is nothing."""
    if isinstance(thing, Holder):
        yield from thing.members()
    elif isinstance(thing, Mapping):
        yield from thing.items()
    elif isinstance(thing, list | tuple):
        yield from enumerate(thing)


def walk(thing: Any, deep: bool = True, path: Path = (), above: tuple[int, ...] = ()) -> Iterator[tuple[Path, Any]]:
    """The holders, leaf tensors and Values inside ``thing``, in order, each with the way to it.

    What is there by two ways comes twice; ``deep=False`` does not look into the holders that it finds.
    """
    if id(thing) in above:  # a module that knows its parent
        return
    if path:
        if isinstance(thing, Value) or (isinstance(thing, Tensor) and thing.is_leaf):
            yield path, thing
            return
        if isinstance(thing, Holder):
            yield path, thing
            if not deep:
                return
    above = (*above, id(thing))
    for key, member in members(thing):
        if member.__class__ not in PLAIN:
            yield from walk(member, deep, (*path, key), above)


def name(path: Path) -> str:
    """The path as it stands in a state dict."""
    return ".".join(map(str, path))


def spelled(thing: Any, path: Path) -> str:
    """The path as one writes it behind ``thing``: ``.encoder[2]``, ``.heads['a']``."""
    text = ""
    for key in path:
        text += thing.reach(key) if isinstance(thing, Holder) else f"[{key!r}]"
        thing = next(member for k, member in members(thing) if k == key)
    return text
