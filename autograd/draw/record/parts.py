"""Scopes of a description, from the parts of the program that recorded its nodes; names of modules and parameters.

Convention: a module is named by its path from the outermost module of the picture; where there are several, the
variable that holds each stands before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..graph import Graph, Scope
from .names import access, hidden, search
from .scopes import Part


class Naming(NamedTuple):
    """What modules are called, by identity, and the names of the parameters and buffers inside them."""

    modules: dict[int, str]
    things: list[tuple[Any, str]]


def module_names(parts: Iterable[Part | None], variables: Mapping[str, Any]) -> Naming:
    """Names for the modules of these parts, and for what is inside them."""
    outermost: dict[int, Any] = {}
    among = {part.number: part for part in parts if part is not None}
    for _, part in sorted(among.items()):
        module = next((above.module for above in part.around() if above.kind == "module"), None)
        if module is not None:
            outermost.setdefault(id(module), module)
    naming = Naming({}, [])
    if not outermost:
        return naming
    roots: dict[int, tuple[str, Any]] = {}  # the modules that variables hold, or else the outermost ones themselves
    held = [*_held(variables)]
    for module in outermost.values():
        name, root = next(((n, m) for n, m in held if any(part is module for part in m.modules())), ("", module))
        roots.setdefault(id(root), (name, root))
    unnamed: dict[str, int] = {}
    for name, root in roots.values():
        before = name if len(roots) > 1 else ""
        if len(roots) > 1 and not name:  # Linear, Linear2, ...
            kind = type(root).__name__
            unnamed[kind] = unnamed.get(kind, 0) + 1
            before = kind if unnamed[kind] == 1 else f"{kind}{unnamed[kind]}"
        for dotted, module in root.named_modules():
            naming.modules.setdefault(id(module), (before + access(dotted)).lstrip(".") or name)
        for found in (root.named_parameters(), root.named_buffers()):
            naming.things.extend([(thing, (before + access(dotted)).lstrip(".")) for dotted, thing in found])
    return naming


def _held(variables: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """The modules that variables hold, also in lists and dicts, by name."""
    for name, thing in variables.items():
        if not hidden(name):
            yield from [(name + path, module) for path, module in search(thing, is_module)]


def is_module(thing: Any) -> bool:
    """Does it say what is inside it, as modules do?"""
    return hasattr(type(thing), "named_modules") and hasattr(type(thing), "named_parameters")


def scopes_of(graph: Graph, parts: Iterable[Part | None], naming: Naming) -> tuple[dict[int, int], dict[int, Any]]:
    """Add the scopes of these parts to a graph; return the key of each by the part's number, and their modules."""
    among: dict[int, Part] = {}
    for part in parts:
        while part is not None and part.number not in among:
            among[part.number] = part
            part = part.outer
    called: dict[int, Any] = {}
    keys: dict[int, int] = {}
    modules: dict[int, int] = {}
    calls: dict[int, int] = {}
    for number in sorted(among):
        part = among[number]
        parent = None if part.outer is None else keys.get(part.outer.number)
        if part.kind == "root":
            continue
        scope = Scope(len(graph.scopes), parent, part.kind, part.name)
        if part.module is not None:
            called[scope.key] = part.module
            scope.name = naming.modules.get(id(part.module), type(part.module).__name__)
            scope.title = head(part.module)
            scope.module = modules.setdefault(id(part.module), len(modules))
            scope.call = calls.get(scope.module, 0)
            calls[scope.module] = scope.call + 1
        keys[number] = scope.key
        graph.scopes.append(scope)
    return keys, called


def head(module: Any) -> str:
    """A module in one line: ``Linear(64, 10)``."""
    text = repr(module)
    if "\n" not in text:
        return text
    words = module.describe() if hasattr(module, "describe") else ""
    return f"{type(module).__name__}({words})" if words else type(module).__name__


def add_results(graph: Graph) -> None:
    """Note what leaves each scope: quantities that are used outside, or drawn."""
    chains: list[list[int]] = []
    for scope in graph.scopes:
        chains.append([scope.key, *(chains[scope.parent] if scope.parent is not None else [])])
    around = [[] if q.scope is None else chains[q.scope] for q in graph.quantities]
    consumers = graph.consumers()
    roots = set(graph.roots)
    for q in graph.quantities:
        for key in around[q.key]:
            if q.key in roots or any(key not in around[c] for c in consumers[q.key]):
                graph.scopes[key].results.append(q.key)
