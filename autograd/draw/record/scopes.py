"""Named parts of the program: ``scope(name)``, calls of modules, operations opened into small ones.

Convention: what is recorded within a part refers to it, from a node's notes or beside a Value's label; a part refers to
the one around it. A description numbers them in the order in which they were entered.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from ...core import Node, Switch, recording
from ...value import note_scope

__all__ = ["Part", "scope"]

entered = itertools.count()


class Part:
    """A part of the program, from entering it to leaving it.

    ``kind``    "root" (a function that is run), or the kind of its scope in a description
    ``module``  the module that was called, or None
    ``outer``   the part around it
    ``number``  parts are counted as they are entered
    """

    __slots__ = ("kind", "module", "name", "number", "outer")

    def __init__(
        self, kind: Literal["root", "module", "block", "kernel"], name: str = "", module: Any = None,
        outer: Part | None = None,
    ) -> None:  # fmt: skip
        self.kind = kind
        self.name = name
        self.module = module
        self.outer = outer
        self.number = next(entered)

    def call_of(self, module: Any) -> Switch:
        """The part of a module that is called in this one: entered by ``with``."""
        return Switch(scope=Part("module", module=module, outer=self))

    def kernel(self, name: str) -> Switch:
        """The part of an operation that is opened in this one."""
        return Switch(scope=Part("kernel", name, outer=self))

    def block(self, name: str) -> Switch:
        """A named part in this one, such as a step of a loop."""
        return Switch(scope=Part("block", name, outer=self))

    def around(self) -> list[Part]:
        """This part and those around it, the outermost first."""
        found: list[Part] = []
        part: Part | None = self
        while part is not None:
            found.append(part)
            part = part.outer
        return found[::-1]


@contextmanager
def scope(name: str) -> Iterator[None]:
    """What is recorded inside this block is drawn as a group of this ``name``::

        with scope("encoder"):
            h = np.tanh(W @ x + b)

    Scopes may stand in each other. The modules of ``nn`` that are called inside are groups of their own.
    """
    if not isinstance(name, str):
        raise TypeError(f"scope: the name of a group is a text, got {type(name).__name__} {name!r:.60}")
    part = Part("block", name, outer=recording.scope)
    with Switch(beside={"note": note_part, "note_value": note_scope}, scope=part):
        yield


def note_part(node: Node, *call: object) -> None:
    """Let a node know the part that runs."""
    if recording.scope is not None:
        node.annotate().scope = recording.scope
