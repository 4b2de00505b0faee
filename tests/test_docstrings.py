"""The reference is complete: each public name says what its arguments are, of which shapes, and what it raises.

Convention: what all functions of a page share may stand in the docstring of its module, and on a long page in that of
their file, which the reference prints above them (``docs.site.reference``); the rest stands in the docstring of each.
"""

from __future__ import annotations

import ast
import builtins
import doctest
import functools
import importlib
import inspect
import re
import textwrap
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import nn
from autograd import Tensor, Value
from autograd.declare import Operation
from autograd.typing import Array
from docs.site.docstrings import ARGUMENT
from docs.site.reference import (
    MODULES,
    OURS,
    documentation,
    family,
    find,
    is_callable,
    members,
    public,
    signature,
    written,
)

ARRAY = re.compile(r"\b(A|Array|ArrayLike|NDArray|Tensor)\b")  # in an annotation
LENGTH = r"(?:\.\.\.|[-\w'*/·+ .ᵢₖ]+)"
SHAPE = re.compile(  # (n, c), (..., in), (classes,), but no year of a paper; or in words
    rf"\((?![^()]*\d{{4}})(?:{LENGTH}, ?)+(?:{LENGTH})?\)|\bshape[sd]?\b|element by element|\bbroadcast\b|any array"
)
COMMON = ("autograd.declare.given", "autograd.declare.errors")  # what is no number at all: every operation says so
DEEP = 3  # calls from a public function to where an error is raised


def callables() -> list[tuple[str, str, Any]]:
    """All public callables but Python's and NumPy's own: page, name, thing."""
    found = []
    for page in MODULES:
        module = importlib.import_module(page)
        for name in public(module):
            thing = find(module, name)
            if is_callable(thing) and not inspect.isbuiltin(thing) and not isinstance(thing, np.ufunc):
                found.append((page, name, thing))
    return found


PUBLIC = callables()
PUBLIC_CODE = {written(thing) for _, _, thing in PUBLIC if inspect.isroutine(thing)}


# ---------------------------------------------------------------- arguments


def arguments(thing: Any) -> list[inspect.Parameter]:
    """Those that a user gives: none of an error or a protocol."""
    if not signature(thing):
        return []
    found = inspect.signature(written(thing) if isinstance(thing, Operation) else thing)
    return [p for p in found.parameters.values() if p.name != "self" and p.name[0] != "_"]


def unnamed(thing: Any, text: str = "") -> list[str]:
    """The arguments that the docstring does not name, in double backquotes unless they are as short as in a formula.

    ``*args`` and ``**options`` may be nameless.
    """
    text += documentation(thing)
    single = [p.name for p in arguments(thing) if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    quoted = " ".join(re.findall(r"``.*?``", text))
    return [name for name in single if not re.search(rf"\b{name}\b", text if len(name) < 3 else quoted)]


def invented(thing: Any) -> list[str]:
    """What begins a line as an argument does and is neither one nor an attribute; ``**options`` may be any."""
    if not signature(thing) or any(p.kind is p.VAR_KEYWORD for p in arguments(thing)):
        return []
    known = {p.name for p in arguments(thing)}
    lines = [found for line in documentation(thing).split("\n") if (found := ARGUMENT.match(line)) and found["text"]]
    words = [word for line in lines for word in re.findall(r"``\*?([a-zA-Z_]\w*)``", line["names"])]
    return [word for word in words if word not in known and not is_attribute(thing, word)]


def is_attribute(thing: Any, word: str) -> bool:
    return inspect.isclass(thing) and (hasattr(thing, word) or f"self.{word} = " in inspect.getsource(thing))


def unnamed_in_methods(thing: type) -> Iterator[str]:
    """The same of methods; what a method takes may stand where a base describes it, or in the docstring of the class.

    Methods of tensors and Values that have NumPy's names have its arguments.
    """
    for name, member in members(thing):
        function = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        numpys = issubclass(thing, Tensor | Value) and (hasattr(np, name) or hasattr(np.ndarray, name))
        if callable(function) and not numpys:
            text = "\n".join(vars(base)[name].__doc__ or "" for base in thing.__mro__ if name in vars(base))
            first = "" if isinstance(member, staticmethod) else next(iter(inspect.signature(function).parameters))
            words = unnamed(function, text + documentation(thing))
            yield from (f"{name}: what is {word}?" for word in words if word != first)


def test_arguments_of_methods_are_named() -> None:
    classes = [(page, name, thing) for page, name, thing in PUBLIC if inspect.isclass(thing)]
    faults = [f"{page}.{name}.{what}" for page, name, thing in classes for what in unnamed_in_methods(thing)]
    assert not faults, "\n".join(faults)


def test_arguments_are_named() -> None:
    faults = [f"{page}.{name}: what is {word}?" for page, name, thing in PUBLIC for word in unnamed(thing)]
    faults += [f"{page}.{name} has no argument {word}" for page, name, thing in PUBLIC for word in invented(thing)]
    assert not faults, "\n".join(faults)


# ---------------------------------------------------------------- shapes


def is_shapeless(thing: Any) -> bool:
    """Is it a layer, or a function with an array among its arguments, that says nothing of shapes?"""
    if inspect.isclass(thing):
        takes_any = issubclass(thing, nn.Identity | nn.ModuleDict | nn.ModuleList | nn.Sequential)
        takes_arrays = is_layer(thing) and not takes_any
    else:
        takes_arrays = any(ARRAY.search(str(p.annotation)) for p in arguments(thing))
    return takes_arrays and not SHAPE.search(documentation(thing))


def is_layer(thing: Any) -> bool:
    return inspect.isclass(thing) and issubclass(thing, nn.Module) and thing is not nn.Module


def test_shapes_are_told() -> None:
    faults = [f"{page}.{name} takes arrays: of which shapes?" for page, name, thing in PUBLIC if is_shapeless(thing)]
    assert not faults, "\n".join(faults)


# ---------------------------------------------------------------- errors


def untold(page: str, thing: Any) -> list[str]:
    """The errors that nobody is told of.

    What a callable raises by itself stands in its docstring or its file's; what helpers raise, and what all layers
    raise, may stand on its page.
    """
    file, on_page = family(page, thing), importlib.import_module(page).__doc__ or ""
    shared = importlib.import_module(file).__doc__ or "" if file and not is_layer(thing) else on_page
    near = f"{documentation(thing)}\n{shared}"
    silent = {error for error in errors(thing, 0) if not tells(near, error)}
    silent |= {error for error in errors(thing, DEEP) if not tells(f"{near}\n{on_page}", error)}
    return sorted(silent)


def tells(text: str, error: str) -> bool:
    return re.search(rf"\b{error}\b", text) is not None


def errors(thing: Any, deep: int) -> set[str]:
    """The classes of the errors that a public callable raises: itself, or in helpers that are not public."""
    if not inspect.isclass(thing):
        return raised(written(thing), deep)
    if issubclass(thing, Exception):
        return set()
    methods = [getattr(thing, name) for name in ("__init__", "__call__", "forward") if hasattr(thing, name)]
    return {error for method in methods for error in raised(inspect.unwrap(method), deep)}


@functools.cache
def raised(function: Any, deep: int) -> frozenset[str]:
    """The errors that a function raises by name, and those of the helpers that it calls."""
    found: set[str] = set()
    module = getattr(function, "__module__", None) or ""
    if isinstance(function, types.FunctionType) and module.partition(".")[0] in OURS and module not in COMMON:
        for node in ast.walk(tree(function)):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
                kind = function.__globals__.get(node.exc.func.id, getattr(builtins, node.exc.func.id, None))
                found |= {kind.__name__} if isinstance(kind, type) else set()
            if deep and isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                helper = inspect.unwrap(function.__globals__.get(node.func.id))  # type: ignore[arg-type]
                found |= raised(helper, deep - 1) if helper not in PUBLIC_CODE else set()
    return frozenset(found)


def tree(function: Callable[..., Any]) -> ast.AST:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):  # compiled from a text, or a lambda inside of an expression
        return ast.Module([], [])


def test_errors_are_told() -> None:
    faults = [f"{page}.{name}: when does it raise {e}?" for page, name, thing in PUBLIC for e in untold(page, thing)]
    assert not faults, "\n".join(faults)


# ---------------------------------------------------------------- examples


def test_examples_are_right() -> None:
    report: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    for page, name, thing in PUBLIC:
        names = {"np": np, **vars(importlib.import_module(page))}
        runner.run(
            doctest.DocTestParser().get_doctest(documentation(thing), names, f"{page}.{name}", None, 0), report.append
        )
    assert runner.tries > 20
    assert not report, "".join(report)


# ---------------------------------------------------------------- of what the laws are made


def silent(x: Array, size: int) -> Array:
    """y = 2 x.

    ``scale``  what is no argument
    """
    if size < 0:
        raise LookupError("size is not negative")
    return x * 2


silent.__module__ = "nn.functional"  # so that it counts as one of ours


def test_what_is_missing_is_found() -> None:
    assert unnamed(silent) == ["size"]
    assert invented(silent) == ["scale"]
    assert is_shapeless(silent)
    assert untold("nn.functional", silent) == ["LookupError"]


def test_all_public_modules_have_a_page() -> None:
    """Or their names stand on another one, as those of ``nn.data`` do."""
    there = [thing for _, _, thing in PUBLIC]
    for page in MODULES:
        module = importlib.import_module(page)
        inside = {name: getattr(module, name) for name in module.__all__ if inspect.ismodule(getattr(module, name))}
        for name, below in inside.items():
            if f"{page}.{name}" not in MODULES and not callable(below):
                assert all(getattr(below, n) in there for n in below.__all__), f"{page}.{name} has no page"


def test_the_reference_has_what_is_imported_late() -> None:
    names = {f"{page}.{name}" for page, name, _ in PUBLIC}
    assert {"autograd.capture", "autograd.capture.Captured", "autograd.testing.given_gradcheck"} <= names


def test_signatures_mean_something() -> None:
    assert signature(nn.functional.linear) == "(x, weight, bias=None)"
    assert signature(nn.functional.gelu) == "(x, approximate='none')"
    assert signature(nn.functional.squared_distances) == "(x, w)"
    assert signature(nn.init.uniform_) == "(tensor, a=0.0, b=1.0, generator=None)"
    assert signature(nn.FileError) == ""
    assert not [name for _, name, thing in PUBLIC if re.search(r"\.\.\.|0x|<", signature(thing))]


def test_members_are_those_that_one_can_use() -> None:
    assert {"parameters", "train"} <= {name for name, _ in members(nn.Module)}
    assert "parameters" not in {name for name, _ in members(nn.Linear)}  # it stands with the module
    assert "fit" not in {name for name, _ in members(nn.Module)}  # which says only what to write instead
