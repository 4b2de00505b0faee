"""What is inside a module: found through attributes, lists, tuples and dicts, in their order.

Convention: a path is a tuple of keys, ``("encoder", 2, "weight")``. A state dict names it ``encoder.2.weight``; Python
writes ``model.encoder[2].weight``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, TypeAlias

from autograd import Tensor, Value

__all__ = ["Holder", "Key"]

Key: TypeAlias = Hashable  # the name of an attribute, an index of a list, any key of a dict
Path: TypeAlias = tuple[Key, ...]
Member: TypeAlias = tuple[Key, Any]

PLAIN = {int, float, bool, str, type(None)}  # most attributes are one of these, and nothing is inside them


class Holder:
    """Anything that is searched through its attributes, such as a Module."""

    def members(self) -> Iterator[Member]:
        """The objects directly inside it, by the keys that stand in names."""
        yield from vars(self).items()

    def reach(self, key: Key) -> str:
        """The code that reads a member: ``.encoder``, or ``[0]`` where members are indexed."""
        return f".{key}"


def members(thing: Any) -> Iterator[Member]:
    """The objects directly inside a holder, dict, list or tuple, by key; of anything else, none."""
    if isinstance(thing, Holder):
        yield from thing.members()
    elif isinstance(thing, Mapping):
        yield from thing.items()
    elif isinstance(thing, list | tuple):
        yield from enumerate(thing)


def walk(thing: Any, deep: bool = True, path: Path = (), above: tuple[int, ...] = ()) -> Iterator[tuple[Path, Any]]:
    """The holders, leaf tensors and Values inside ``thing``, in order, each with its path.

    An object with two paths comes twice; ``deep=False`` does not look inside the holders that it finds.
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


def dotted(path: Path) -> str:
    """The name of a path in a state dict: ``encoder.2.weight``."""
    return ".".join(map(str, path))


def access(thing: Any, path: Path) -> str:
    """The code that follows the path from ``thing``: ``.encoder[2]``, ``.heads['a']``."""
    text = ""
    for key in path:
        text += thing.reach(key) if isinstance(thing, Holder) else f"[{key!r}]"
        thing = next(member for k, member in members(thing) if k == key)
    return text
