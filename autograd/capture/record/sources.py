"""Where the inputs of a program come from, and what stands where after a call."""

from __future__ import annotations

from typing import Any, NamedTuple

from ...tensor import Tensor
from ..outside import Gradient, Item, Numbers, Place, Static
from ..tape import View
from .arguments import Call, items

__all__ = ["Effect", "Source"]


class Source(NamedTuple):
    """Where an input comes from: a leaf of the arguments (``leaf`` is its number), or a place outside (then -1).

    ``at`` is the place, or of a leaf the field that is read: "" (itself), "_array", "number", "grad". With a
    ``container``, a list or dict among the arguments, it is the key in it.
    """

    leaf: int
    at: Any
    view: View
    container: int = -1

    @property
    def plain(self) -> bool:
        """Is it the user's own array?"""
        return self.at == "" if self.leaf >= 0 else self.container < 0 and self.at.by_reference

    def place(self, call: Call) -> Place:
        """The place, in this call."""
        if self.container >= 0:
            return Item(items(call.containers[self.container]), self.at, f"an argument's {self.at}")
        if self.leaf < 0:
            return self.at
        holder = call.leaves[self.leaf]
        if self.at == "grad" and isinstance(holder, Tensor):
            return Gradient(holder, "grad", "an argument's grad")
        return Numbers(holder, self.at, "an argument") if self.at else Static(holder, "", "an argument")


class Effect(NamedTuple):
    """What stands in a place after the call: the numbers of a view, as this kind of thing, or something fixed."""

    source: Source
    view: View | None
    value: Any
    kind: str  # "in place": the numbers of the array that is there are replaced; "foreign in place": the program did
