"""Modules that are called several times, such as the cell of a recurrent network: their calls share weights.

Convention: blocks of one name, apart from numbers in it (``t = 0``, ``t = 1``), are calls too.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass

from ..graph import Scope
from .repeats import Tree

__all__ = ["Calls", "calls"]


@dataclass(slots=True)
class Calls:
    """Several calls of one module, with the weights that they share.

    ``scopes``   the keys of the calls' scopes, in order
    ``weights``  the keys of the leaves that more than one of them uses, and nothing else does
    ``unit``     what one of them is: a "call", or a "step" where blocks have numbers
    """

    scopes: list[int]
    weights: list[int]
    unit: str = "call"

    @property
    def count(self) -> str:
        return f"{len(self.scopes)} {self.unit}s"

    @property
    def box(self) -> str:
        """The key of the box of their weights."""
        return f"w{self.scopes[0]}"

    @property
    def frame(self) -> str:
        """The key of the frame around them."""
        return f"m{self.scopes[0]}"


def calls(tree: Tree, closed: set[int]) -> list[Calls]:
    """The modules of which several calls are to be seen, outer ones first, where some scopes are closed boxes."""
    groups: dict[Hashable, list[int]] = {}
    for scope in tree.graph.scopes:
        if scope.kind != "kernel" and is_seen(tree, scope, closed) and tree.inside[scope.key]:
            groups.setdefault(_identity(scope), []).append(scope.key)
    found: list[Calls] = []
    taken: set[int] = set()
    for keys in groups.values():
        if len(keys) < 2 or any(k in taken for key in keys for k in tree.around(key)):
            continue
        weights = _shared(tree, keys)
        if weights:
            taken.update(keys)
            numbered = len({tree.graph.scopes[key].name for key in keys}) > 1
            found.append(Calls(keys, weights, "step" if numbered else "call"))
    return found


def is_seen(tree: Tree, scope: Scope, closed: set[int]) -> bool:
    """Is it neither folded nor in a closed one?"""
    return scope.key not in tree.folded and not any(key in closed for key in tree.around(scope.parent))


def _shared(tree: Tree, keys: list[int]) -> list[int]:
    """The parameters that several of these scopes use, and nothing outside."""
    users: dict[int, list[int]] = {}
    for key in keys:
        for k in tree.parameters(key):
            users.setdefault(k, []).append(key)
    members = {k for key in keys for k in tree.inside[key]}
    return [k for k, found in sorted(users.items()) if len(found) > 1 and members.issuperset(tree.consumers[k])]


def _identity(scope: Scope) -> Hashable:
    """What calls of one module have in common, and blocks of one name apart from numbers: ``t = 0``, ``t = 1``."""
    if scope.kind == "module":
        return scope.module
    return scope.parent, re.sub(r"\d+", "", scope.name)
