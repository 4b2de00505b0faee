"""The tests of a file as checks: each function, for each of its parameters, as pytest would call it.

Convention: property tests are left out, and so are tests that want more of pytest than parameters and a monkeypatch.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import product
from typing import Any

import pytest


def collected(module: Any, without: Collection[Any] = ()) -> Iterator[tuple[str, Callable[[], Any]]]:
    """The tests of a module by name, but those of some functions."""
    home = module.__name__.rpartition(".")[2].removeprefix("test_")
    for name, test in vars(module).items():
        if not name.startswith("test_") or test in without or hasattr(test, "hypothesis"):
            continue
        wanted = set(inspect.signature(test).parameters)
        sets = [list(_rows(mark)) for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
        for rows in product(*sets):
            given = {name: value for row in rows for name, value in row[1].items()}
            check = partial(_patched if wanted - set(given) == {"monkeypatch"} else _called, test, given)
            if wanted - set(given) <= {"monkeypatch"}:
                yield f"{home}: {name}[{'-'.join(label for label, _ in rows)}]", check


def _rows(mark: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a row of a parametrized test is called, and its arguments by name."""
    names, rows = mark.args
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    ids = mark.kwargs.get("ids")
    labels = list(ids) if ids is not None and not callable(ids) else None
    for k, row in enumerate(rows):
        values = row.values if hasattr(row, "marks") else row if len(names) > 1 else (row,)
        told = labels[k] if labels else ids(values[0]) if ids else values[0] if isinstance(values[0], str) else k
        yield str(told), dict(zip(names, values, strict=True))


def _called(test: Callable[..., Any], given: dict[str, Any]) -> None:
    test(**given)


def _patched(test: Callable[..., Any], given: dict[str, Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        test(**given, monkeypatch=patch)
