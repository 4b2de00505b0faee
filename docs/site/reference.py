"""The reference: a page for each public module, every name with its signature and its docstring.

Convention: what is public is what a module lists in ``__all__``. A name stands on the page of the module by which users
write it, such as ``nn.Conv2d``, whatever file it is defined in. Long pages have a section for each of these files: its
heading is the beginning of the file's docstring, whose rest stands below it.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any, get_origin

import numpy as np

import nn
import optim
from autograd import Tensor
from autograd.declare import Operation

from .docstrings import converted

MODULES = {
    "autograd": "The engine",
    "autograd.linalg": "Linear algebra beyond NumPy's",
    "autograd.special": "Special functions",
    "autograd.integrate": "Differential equations and integrals",
    "autograd.optimize": "Roots, fixed points, minima, fits",
    "autograd.optimize.elementwise": "Many roots at once",
    "autograd.stats": "Distributions",
    "autograd.math": "Functions of single numbers",
    "autograd.array_api": "The Python array API standard",
    "autograd.array_api.linalg": "The array API's linear algebra",
    "autograd.array_api.fft": "The array API's Fourier transforms",
    "autograd.draw": "Pictures of graphs",
    "autograd.testing": "Checks of gradients",
    "autograd.testing.laws": "Laws of differentiation",
    "autograd.testing.strategies": "Inputs for checks of gradients",
    "nn": "Layers, losses, data",
    "nn.functional": "Functions for networks",
    "nn.init": "First values",
    "nn.files": "Weights on disk",
    "nn.training": "Training",
    "nn.distributed": "Several processes",
    "nn.metrics": "Measures of fit",
    "nn.plots": "Plots",
    "nn.scalar": "Networks of numbers",
    "nn.datasets": "Data sets",
    "nn.transforms": "Augmentation of pictures",
    "nn.testing": "Checks of layers",
    "optim": "Optimizers and schedules",
}


LATE = {"autograd.testing": ["given_gradcheck"]}  # imported when they are asked for, so not in ``__all__``
OURS = ("autograd", "nn", "optim")
LONG = ("autograd.array_api", "nn", "nn.functional")  # pages with a section for each file


def public(module: ModuleType) -> list[str]:
    """The public names of a module, sorted without regard to case; a package that can be called has names below it."""
    found = []
    for name in [*module.__all__, *LATE.get(module.__name__, [])]:
        thing = getattr(module, name)
        if not inspect.ismodule(thing):
            found.append(name)
        elif callable(thing):
            found += [name, *(f"{name}.{below}" for below in thing.__all__ if below != name)]
    return sorted(found, key=str.lower)


def is_callable(thing: Any) -> bool:
    """Can one call it? The name of a type cannot be called, whatever Python says."""
    return callable(thing) and get_origin(thing) is None


def is_object(thing: Any) -> bool:
    """Is it one of our own objects with methods, such as a distribution?"""
    return type(thing).__module__.startswith("autograd.stats.")


def find(module: ModuleType, name: str) -> Any:
    """What a public name, maybe with dots, stands for."""
    return attrgetter(name)(module)


def written(thing: Any) -> Any:
    """The function, as it was written, of an operation or of a wrapper."""
    return inspect.unwrap(thing.function if isinstance(thing, Operation) else thing)


def family(page: str, thing: Any) -> str:
    """The name of the file whose docstring stands above a thing on a long page; none on another page."""
    if page not in LONG:
        return ""
    if inspect.isfunction(thing) or inspect.isclass(thing):
        return written(thing).__module__
    # an operation, NumPy's own function, or a dict: it stands in the file that lists it
    files = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in OURS and name != page}
    listed = {name: [getattr(file, n) for n in getattr(file, "__all__", ())] for name, file in files.items()}
    return next((name for name, things in listed.items() if any(t is thing for t in things)), page)


def signature(thing: Any, of_method: bool = False) -> str:
    """The arguments with their defaults, as one writes them: annotations are left to the docstring.

    Nothing of an error and of a protocol, which nobody makes by hand. Of a method all but the first.
    """
    if inspect.isclass(thing) and (issubclass(thing, Exception) or getattr(thing, "_is_protocol", False)):
        return ""
    try:
        found = inspect.signature(written(thing) if isinstance(thing, Operation) else thing)
    except (TypeError, ValueError):
        return "(...)"
    given = list(found.parameters.values())[1 if of_method else 0 :]
    parameters = [p.replace(annotation=inspect.Parameter.empty) for p in given if p.name != "self"]
    text = str(found.replace(parameters=parameters, return_annotation=inspect.Signature.empty))
    return re.sub(r"<(?:function|class) '?([\w.]+)'?(?: at 0x[0-9a-f]+)?>", r"\1", text)


def members(thing: type) -> Iterator[tuple[str, Any]]:
    """The documented methods and properties that a class defines or takes over from another of ours.

    What all modules, tensors, optimizers and schedules have stands with their common base alone.
    """
    bases = [base for base in (nn.Module, Tensor, optim.Optimizer, optim.LRScheduler) if base is not thing]
    for name in sorted(set(dir(thing))):
        member = inspect.getattr_static(thing, name)
        home = next((c for c in thing.__mro__ if name in vars(c)), object)
        ours = home.__module__.partition(".")[0] in OURS
        inherited = any(issubclass(thing, base) and issubclass(base, home) for base in bases)
        kinds = (classmethod, staticmethod, property, functools.cached_property)
        method = isinstance(member, kinds) or inspect.isfunction(member)
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
    if module_name not in LONG:
        parts += [_linked(_entry(name, find(module, name)), module, name) for name in public(module)]
    for heading, convention, names in sections(module) if module_name in LONG else ():
        parts += [f"{heading}\n{'-' * len(heading)}", convention] if heading else []
        parts += [_linked(_entry(name, find(module, name)), module, name) for name in names]
    return "\n\n".join(parts) + "\n"


def sections(module: ModuleType) -> list[tuple[str, str, list[str]]]:
    """The sections of a long page: heading, text and names, sorted by heading; first what no other file defines."""
    files: dict[str, list[str]] = {}
    for name in public(module):
        files.setdefault(family(module.__name__, find(module, name)), []).append(name)
    found = []
    for file, names in files.items():
        text = inspect.cleandoc(importlib.import_module(file).__doc__ or file)
        heading, rest = re.split(r"[:.;]\s+", f"{text} ", maxsplit=1)
        first = re.split(r"[\s,;:]", rest, maxsplit=1)[0]
        rest = rest[:1].upper() + rest[1:] if first.isalpha() else rest  # layer_norm stays as it is written
        found.append(("", "", names) if file == module.__name__ else (heading, converted(rest), names))
    return sorted(found)


def _overview(module: ModuleType) -> str:
    rows = []
    for name in public(module):
        first = _text(find(module, name)).split("\n\n")[0].replace("\n", " ")
        rows.append(f"   * - :py:obj:`~{module.__name__}.{name}`\n     - {first if first.strip() else '..'}")
    return ".. list-table::\n   :widths: 25 75\n   :class: overview\n\n" + "\n".join(rows)


def _entry(name: str, thing: Any) -> str:
    """What stands of a name on its page, which names its module once for all."""
    if inspect.isclass(thing):
        body = [f".. py:class:: {name}{signature(thing)}", _indented(converted(documentation(thing)))]
        for member_name, member in members(thing):
            body.append(_indented(_member(member_name, member)))
        return "\n\n".join(body)
    if is_callable(thing):
        return f".. py:function:: {name}{signature(thing)}\n\n{_indented(_text(thing))}"
    if is_object(thing):
        body = [f".. py:data:: {name}", _indented(_text(thing))]
        methods = [] if hasattr(thing, "shapes") else members(type(thing))  # of one dimension, all have the same
        body += [_indented(_member(member_name, member)) for member_name, member in methods]
        return "\n\n".join(body)
    return f".. py:data:: {name}\n\n   {thing!r}\n"


def _linked(text: str, module: ModuleType, own: str) -> str:
    """An entry, in which the names of other ones on its page lead there, unless they are arguments."""
    with suppress(TypeError, ValueError):
        arguments = {own, *inspect.signature(written(find(module, own))).parameters}
        others = "|".join(name for name in public(module) if name not in arguments)
        return re.sub(rf"``({others})``", rf":py:obj:`\1 <{module.__name__}.\1>`", text)
    return text


def _text(thing: Any) -> str:
    """What there is to say of it; NumPy says it of its own functions, and a dict says nothing."""
    if isinstance(thing, np.ufunc):
        return f"NumPy's own function, ``np.{thing.__name__}``."
    return converted(documentation(thing) if is_callable(thing) or is_object(thing) else None)


def documentation(thing: Any) -> str:
    """The docstring; of a class with that of its ``__init__``, where there are two."""
    init = vars(thing).get("__init__") if inspect.isclass(thing) else None
    parts = [thing.__doc__, init.__doc__ if inspect.isfunction(init) else None]
    return "\n\n".join(inspect.cleandoc(part) for part in parts if part)


def _member(name: str, member: Any) -> str:
    if isinstance(member, classmethod | staticmethod):
        kind = "classmethod" if isinstance(member, classmethod) else "staticmethod"
        function = member.__func__
        shown = signature(function, kind == "classmethod")
        return f".. py:method:: {name}{shown}\n   :{kind}:\n\n{_indented(converted(function.__doc__))}"
    if callable(member):
        return f".. py:method:: {name}{signature(member, True)}\n\n{_indented(converted(member.__doc__))}"
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
