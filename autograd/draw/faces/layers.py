"""Modules that are one operation, but for changes of form around it: pictures show the operation alone.

Convention: a change of form moves numbers and computes nothing: reshape, transpose, a cast to another precision.
"""

from __future__ import annotations

from typing import NamedTuple

from .board import is_item
from .repeats import Tree

__all__ = ["Layer", "layers"]

FORM = {"astype", "broadcast_to", "expand_dims", "getitem", "moveaxis", "reshape", "squeeze", "swapaxes", "transpose"}


class Layer(NamedTuple):
    """``scope`` is the module's, ``main`` what its operation gives, ``results`` what it becomes in the end.

    ``bare``  it has no parameters
    """

    scope: int
    main: int
    results: tuple[int, ...]
    bare: bool


def layers(tree: Tree) -> list[Layer]:
    """The modules that are one operation."""
    found = []
    for scope in tree.graph.scopes:
        if scope.kind != "module" or tree.children[scope.key] or scope.key in tree.folded:
            continue
        steps = [tree.graph.quantities[k] for k in tree.inside[scope.key]]
        working = [q.key for q in steps if q.operation not in FORM and not is_item(tree.graph, q)]
        leaving = tree.leaving(scope.key)
        if len(working) == 1 or (not working and len(leaving) == 1):
            main = working[0] if working else leaving[0]
            found.append(Layer(scope.key, main, tuple(leaving), not tree.parameters(scope.key)))
    return found
