"""The typed surface: what a reader and an editor are told about public names."""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from mypy import api

from autograd import Tensor

HERE = Path(__file__).parent
PUBLIC = [
    "autograd", "autograd.core", "autograd.declare", "autograd.draw", "autograd.linalg", "autograd.math",
    "autograd.special", "autograd.testing", "autograd.testing.strategies",
    "nn", "nn.data", "nn.data.image_transforms", "nn.datasets", "nn.files", "nn.functional", "nn.init", "nn.metrics",
    "nn.module", "nn.plots", "nn.scalar", "nn.training",
    "optim",
]  # fmt: skip


def public(name: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions of a module, and of its classes the constructors, methods and properties."""
    module = importlib.import_module(name)
    names = getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]
    for key in names:
        item = getattr(module, key)
        if inspect.isclass(item) and item.__module__.partition(".")[0] in ("autograd", "nn", "optim"):
            for kind in item.__mro__:
                if kind.__module__.partition(".")[0] in ("autograd", "nn", "optim"):
                    for attribute, member in vars(kind).items():
                        member = getattr(member, "fget", None) or getattr(member, "__func__", member)
                        if inspect.isfunction(member) and (attribute == "__init__" or not attribute.startswith("_")):
                            yield f"{kind.__module__}.{kind.__qualname__}.{attribute}", member
        elif inspect.isfunction(item) and item.__module__.partition(".")[0] in ("autograd", "nn", "optim"):
            yield f"{item.__module__}.{item.__qualname__}", item


def annotations(function: Callable[..., Any]) -> dict[str, Any]:
    """What is said of each parameter and of the result; a parameter without a word is Any."""
    function = inspect.unwrap(function)
    try:
        hints = get_type_hints(function)
    except NameError:  # compiled text names its types without importing them
        hints = dict(function.__annotations__)
    names = [n for n in inspect.signature(function).parameters if n not in ("self", "cls")]
    return {name: hints.get(name, Any) for name in [*names, "return"]}


def says_nothing(annotation: Any) -> bool:
    """Is it Any, or Any or None?"""
    return annotation is Any or get_args(annotation) in ((Any, type(None)), (type(None), Any))


@functools.cache
def surface() -> dict[str, dict[str, Any]]:
    return {name: annotations(function) for module in PUBLIC for name, function in public(module)}


@pytest.mark.parametrize("package", ["autograd", "nn", "optim"])
def test_at_most_a_quarter_of_the_annotations_is_any(package: str) -> None:
    said = [a for name, found in surface().items() if name.startswith(package) for a in found.values()]
    assert len(said) > 100
    assert sum(map(says_nothing, said)) <= len(said) / 4


def test_methods_of_tensors_have_the_arguments_of_numpys_functions() -> None:
    for name in ("max", "min", "sum", "mean", "prod", "std", "var", "ptp", "cumsum", "cumprod", "swapaxes", "repeat"):
        ours, numpys = (list(inspect.signature(f).parameters)[1:] for f in (getattr(Tensor, name), getattr(np, name)))
        assert ours == [p for p in numpys if p in ours], name


def test_mypy_reveals_what_the_examples_say() -> None:
    """``reveal_type(x)  # T`` stands in a file of examples: mypy must reveal T there, and find no error."""
    path = HERE / "typed_examples.py"
    options = ["--strict", "--no-warn-return-any", "--no-error-summary", "--hide-error-context"]
    depth = sys.getrecursionlimit()
    printed, errors, _ = api.run([*options, str(path)])
    sys.setrecursionlimit(depth)  # mypy leaves a higher one
    assert not errors
    revealed = {int(line): kind for line, kind in re.findall(r':(\d+): note: Revealed type is "(.*)"', printed)}
    assert not [line for line in printed.splitlines() if "Revealed type" not in line]
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = {
        n: line.partition("  # ")[2] for n, line in enumerate(lines, 1) if line.strip().startswith("reveal_type(")
    }
    assert {n: _short(kind) for n, kind in revealed.items()} == expected


def _short(kind: str) -> str:
    """A type without the modules of its names, and arrays without what NumPy says of their shapes."""
    kind = re.sub(r"\b(?:\w+\.)+(?=\w)", "", kind)
    return re.sub(r"ndarray\[tuple\[[^]]*\], dtype\[\w+\]\]", "ndarray", kind)
