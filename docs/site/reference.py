"""The reference: a page for each public module, every name with its signature and its docstring.

Convention: what is public is what a module lists in ``__all__``. A name stands on the page of the module by which users
write it, such as ``nn.Conv2d``, whatever file it is defined in.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from .docstrings import converted

MODULES = {
    "autograd": "The engine",
    "autograd.linalg": "Linear algebra beyond NumPy's",
    "autograd.special": "Special functions",
    "autograd.math": "Functions of single numbers",
    "autograd.draw": "Pictures of graphs",
    "autograd.testing": "Checks of gradients",
    "nn": "Layers, losses, data",
    "nn.functional": "Functions for networks",
    "nn.init": "First values",
    "nn.training": "Training",
    "nn.metrics": "Measures of fit",
    "nn.plots": "Plots",
    "nn.scalar": "Networks of numbers",
    "nn.datasets": "Data sets",
    "nn.transforms": "Augmentation of pictures",
    "nn.testing": "Checks of layers",
    "optim": "Optimizers and schedules",
}


def public(module: ModuleType) -> list[str]:
    """The public names of a module, sorted without regard to case."""
    listed = getattr(module, "__all__", None)
    if listed is None:
        listed = [name for name, thing in vars(module).items() if _is_ours(name, thing)]
    return sorted((name for name in listed if not inspect.ismodule(getattr(module, name))), key=str.lower)


def _is_ours(name: str, thing: Any) -> bool:
    home = getattr(thing, "__module__", None) or ""
    return not name.startswith("_") and callable(thing) and home.partition(".")[0] in ("autograd", "nn", "optim")


def signature(thing: Any) -> str:
    """The arguments with their defaults, as one writes them: annotations are left to the docstring."""
    try:
        found = inspect.signature(thing)
    except (TypeError, ValueError):
        return "(...)"
    parameters = [p.replace(annotation=inspect.Parameter.empty) for p in found.parameters.values() if p.name != "self"]
    text = str(found.replace(parameters=parameters, return_annotation=inspect.Signature.empty))
    return re.sub(r" at 0x[0-9a-f]+|<(?:function|class) '?([\w.]+)'?>", r"\1", text)


def members(thing: type) -> Iterator[tuple[str, Any]]:
    """The documented methods and properties that a class defines or takes over from another of ours."""
    for name in sorted(set(dir(thing))):
        member = inspect.getattr_static(thing, name)
        home = next((c for c in thing.__mro__ if name in vars(c)), object)
        ours = home.__module__.partition(".")[0] in ("autograd", "nn", "optim")
        inherited = home is not thing and home.__name__ in ("Module", "Optimizer", "LRScheduler", "Tensor")
        kinds = (classmethod, staticmethod, property, functools.cached_property)
        method = isinstance(member, kinds) or inspect.isroutine(member)
        if not name.startswith("_") and ours and not inherited and method and getattr(member, "__doc__", None):
            yield name, member


def page(module_name: str) -> str:
    """The page of a module, in reStructuredText."""
    module = importlib.import_module(module_name)
    what = MODULES[module_name]
    title = f"{module_name}: {what[0].lower()}{what[1:]}"
    parts = [
        f"{title}\n{'=' * len(title)}",
        converted(module.__doc__),
        f".. py:module:: {module_name}\n   :no-index-entry:",
        _overview(module),
    ]
    parts += [_entry(module_name, name, getattr(module, name)) for name in public(module)]
    return "\n\n".join(parts) + "\n"


def _overview(module: ModuleType) -> str:
    rows = []
    for name in public(module):
        first = converted(getattr(module, name).__doc__).split("\n\n")[0].replace("\n", " ")
        rows.append(f"   * - :py:obj:`~{module.__name__}.{name}`\n     - {first if first.strip() else '..'}")
    return ".. list-table::\n   :widths: 25 75\n   :class: overview\n\n" + "\n".join(rows)


def _entry(module_name: str, name: str, thing: Any) -> str:
    full = f"{module_name}.{name}"
    if inspect.isclass(thing):
        body = [f".. py:class:: {full}{signature(thing)}", _indented(_documented(thing))]
        for member_name, member in members(thing):
            body.append(_indented(_member(member_name, member)))
        return "\n\n".join(body)
    if callable(thing):
        text = converted(thing.__doc__)
        if isinstance(thing, np.ufunc):
            text = f"NumPy's own function, ``np.{thing.__name__}``."
        return f".. py:function:: {full}{signature(thing)}\n\n{_indented(text)}"
    return f".. py:data:: {full}\n\n   {thing!r}\n"


def _documented(thing: type) -> str:
    """The docstring of a class, with that of its ``__init__`` where there are two."""
    init = thing.__dict__.get("__init__")
    parts = [thing.__doc__, init.__doc__ if init is not None and inspect.isfunction(init) else None]
    return "\n".join(converted(part) for part in parts if part)


def _member(name: str, member: Any) -> str:
    if isinstance(member, classmethod | staticmethod):
        kind = "classmethod" if isinstance(member, classmethod) else "staticmethod"
        function = member.__func__
        shown = re.sub(r"^\((cls, |cls)", "(", signature(function)) if kind == "classmethod" else signature(function)
        return f".. py:method:: {name}{shown}\n   :{kind}:\n\n{_indented(converted(function.__doc__))}"
    if callable(member):
        return f".. py:method:: {name}{signature(member)}\n\n{_indented(converted(member.__doc__))}"
    return f".. py:property:: {name}\n\n{_indented(converted(member.__doc__))}"


def _indented(text: str) -> str:
    return "\n".join(f"   {line}" if line.strip() else "" for line in text.split("\n"))


def write(folder: Path) -> None:
    """All pages, and the list of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for module_name in MODULES:
        (folder / f"{module_name}.rst").write_text(page(module_name), encoding="utf-8")
    listed = "\n".join(f"   {module_name}" for module_name in MODULES)
    (folder / "index.rst").write_text(
        "Reference\n=========\n\nEvery public name, from its docstring.\n\n"
        f".. toctree::\n   :maxdepth: 1\n\n{listed}\n",
        encoding="utf-8",
    )
