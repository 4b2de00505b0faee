"""Losses that are kept as tensors: ``losses.append(loss)`` where ``losses.append(loss.item())`` was meant.

Convention: told of a container that holds the losses of the first steps that were looked at, all of them, after their
graphs were swept and freed: nothing can be computed from them any more but their numbers. Losses that wait for a common
sweep are not yet freed.
"""

from __future__ import annotations

import ast
import functools
import gc
import linecache
import weakref
from collections import defaultdict, deque
from collections.abc import Hashable, Mapping
from typing import Any

from autograd import Tensor
from autograd.core import FREED, users_frame, users_line

from .finding import Finding, Tell

ENOUGH = 5  # losses
RECORD = 8  # items of a row in a table: (step, loss), {"step": k, "loss": loss}
ADDING = frozenset(["append", "add", "extend", "insert", "appendleft", "setdefault", "update"])


class Kept:
    """The losses of the first steps, weakly, until one of them is gone."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self.roots: list[weakref.ref[Tensor]] = []
        self.line = ""  # of the last sweep

    def swept(self, root: Any) -> None:
        """A sweep from this loss has ended."""
        if isinstance(root, Tensor) and len(self.roots) < ENOUGH and root.node is not None and not root.is_leaf:
            self.roots.append(weakref.ref(root))
            self.line = users_line()

    def look(self) -> None:
        """Some steps later: are all of them there, in one container?"""
        if len(self.roots) < ENOUGH:
            return
        common: dict[int, Any] | None = None
        for reference in self.roots:
            root = reference()
            if root is None or root.node is None or root.node._saved is not FREED:
                return
            found = {id(holder): holder for holder in _holders(root)}
            common = found if common is None else {key: common[key] for key in common.keys() & found.keys()}
            if not common:
                return
        name, line = _where(list((common or {}).values()))
        self.roots = []
        self.tell(
            Finding(
                "losses kept", "warning",
                f"{name or 'a container'} keeps the losses of all steps as tensors, and with each the graph that "
                "it was computed by, so that each step takes more memory",
                f"keep numbers, loss.item() in place of loss: {name or 'losses'}.append(loss.item())",
                line or self.line,
            )
        )  # fmt: skip


def _holders(root: Tensor) -> list[Any]:
    """The containers that hold a tensor, by itself or in a record."""
    found = []
    for holder in gc.get_referrers(root):
        if isinstance(holder, list | dict | set | deque):
            found.append(holder)
        if isinstance(holder, tuple | list | dict) and len(holder) <= RECORD:
            found += [table for table in gc.get_referrers(holder) if isinstance(table, list | deque)]
    return found


def _where(holders: list[Any]) -> tuple[str, str]:
    """What the program calls one of these containers, and the line that fills it; "" where it cannot be seen."""
    frame = users_frame()
    while frame is not None:
        for filled in _filled(frame.f_code.co_filename):
            for space in (frame.f_locals, frame.f_globals):
                thing = _value(filled, space)
                if any(thing is holder for holder in holders):
                    return ast.unparse(filled), f"{frame.f_code.co_filename}:{filled.lineno}"
        frame = frame.f_back
    return "", ""


def _value(node: ast.expr, space: Mapping[str, Any]) -> Any:
    """What ``a``, ``a.b`` or ``a[b]`` is, as far as it can be seen without running anything; else None."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return space.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(_value(node.value, space), "__dict__", {}).get(node.attr)
    if isinstance(node, ast.Subscript):
        table, key = _value(node.value, space), _value(node.slice, space)
        return table.get(key) if type(table) in (dict, defaultdict) and isinstance(key, Hashable) else None
    return None


@functools.lru_cache(8)
def _filled(file: str) -> list[ast.expr]:
    """The containers that a program fills: ``a.append(x)``, ``a[k] = x``, ``a += x``."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:  # a cell of a notebook with commands in it
        return []
    found: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ADDING:
            found.append(node.func.value)
        elif isinstance(node, ast.Assign):
            found += [target.value for target in node.targets if isinstance(target, ast.Subscript)]
        elif isinstance(node, ast.AugAssign):
            found.append(node.target)
    return found
