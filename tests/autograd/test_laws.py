"""The laws of differentiation hold for every row of the table of operations, and they catch wrong rules.

Convention: one case for each row, named ``file:row``, so that ``-k reduce`` or ``-k "sum axes"`` selects.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import autograd  # noqa: F401  (declares the operations)
from autograd.declare import OPERATIONS, Operation
from autograd.testing import Broken, laws

from ..tables import operations as table
from ..tables.operations.row import Row, real, row

TABLE: dict[str, Row] = {
    f"{module.name}:{row.name}": row
    for module in pkgutil.iter_modules(table.__path__)
    for row in getattr(importlib.import_module(f"{table.__name__}.{module.name}"), "ROWS", ())
}
every_row = pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
seeds = given(seed=st.integers(0, 2**32 - 1))
few = settings(max_examples=3, phases=[Phase.explicit, Phase.generate])  # shrinking a seed is pointless


# ---------------------------------------------------------------- the laws


@every_row
@few
@seeds
def test_first_order(row: Row, seed: int) -> None:
    """forward, kind, alone, adjoint, push, pull, detached: see ``laws.first_order``."""
    laws.first_order(row.expression, row.draw(seed), forward_mode=row.forward, tolerance=row.tolerance, seed=seed)


@pytest.mark.parametrize("row", [r for r in TABLE.values() if r.second], ids=[k for k, r in TABLE.items() if r.second])
@few
@seeds
def test_second_order(row: Row, seed: int) -> None:
    """Reverse over reverse, forward over reverse, reverse over forward: see ``laws.second_order``."""
    laws.second_order(row.expression, row.draw(seed), forward_mode=row.forward, tolerance=row.tolerance, seed=seed)


@pytest.mark.parametrize(
    "row",
    [r for r in TABLE.values() if "float64" not in r.flags],
    ids=[k for k, r in TABLE.items() if "float64" not in r.flags],
)
def test_precision(row: Row) -> None:
    """float32 stays float32; the flag "float64" marks expressions that fix their own precision."""
    laws.keeps_precision(row.expression, row.draw(0), forward_mode=row.forward)


# ---------------------------------------------------------------- the table is complete


def known() -> dict[int, set[Any]]:
    """The names of each declared operation: its keys in OPERATIONS (aliases together), itself, its own name."""
    named: dict[int, set[Any]] = {}
    for key, operation in OPERATIONS.items():
        function = key[0] if isinstance(key, tuple) else key
        module = "numpy" if isinstance(function, str | np.ufunc) else function.__module__
        if module.split(".")[0] in ("numpy", "scipy", "autograd"):
            mine = named.setdefault(id(operation), {operation, getattr(operation, "name", operation.__name__)})
            mine.add(key)
    return named


def is_helper(names: set[Any]) -> bool:
    """Is it an operation that only other rules call? All its functions are private."""
    functions = [f for f in names if not isinstance(f, str | tuple | Operation)]
    private = [getattr(f, "__name__", "").startswith(("_", "<")) for f in functions]
    return bool(private) and all(private) and not any(isinstance(f, tuple) for f in names)


def test_every_operation_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """A public one by name; one that only rules call is called when the table is differentiated twice."""
    met = set()
    call = Operation.__call__

    def noted(self: Operation, *args: Any, **kwargs: Any) -> Any:
        met.add(id(self))
        return call(self, *args, **kwargs)

    monkeypatch.setattr(Operation, "__call__", noted)
    rowed = {function for row in TABLE.values() for function in row.functions}
    missing = {key: names for key, names in known().items() if not names & rowed}
    if any(map(is_helper, missing.values())):
        for row in TABLE.values():
            with contextlib.suppress(Exception):  # whether the laws hold is tested above
                laws.second_order(row.expression, row.draw(0), forward_mode=row.forward)
    untouched = [sorted(map(str, names)) for key, names in missing.items() if not (is_helper(names) and key in met)]
    assert not untouched, f"{len(untouched)} declared operations have no row: {untouched}"


def test_every_row_covers_declared_operations() -> None:
    names = set().union(*known().values())
    undeclared = {k: f for k, row in TABLE.items() for f in row.functions if f not in names}
    assert not undeclared


def test_row_names_are_unique() -> None:
    for module in pkgutil.iter_modules(table.__path__):
        rows = getattr(importlib.import_module(f"{table.__name__}.{module.name}"), "ROWS", ())
        assert len({row.name for row in rows}) == len(rows)


# ---------------------------------------------------------------- planted wrong rules


def planted(kind: str, function: Any, *pulls: Any, **options: Any) -> Operation:
    return Operation(function, kind, pulls, **options)  # not declared


def once_wrong(d: Any, x: Any) -> Any:
    """d 3x², correct in value but constant when differentiated again."""
    return d * 3 * (x.detach() if hasattr(x, "detach") else x) ** 2


CUBE = planted("primitive", lambda x: x**3, lambda g, x: g * 3 * x * x, push=lambda t, x: t * 3 * x * x, name="cube")
WRONG: dict[str, tuple[set[str], Operation, int]] = {
    "elementwise, a wrong factor": (
        {"push"},
        planted("elementwise", np.sin, lambda d, x: -d * np.cos(x), name="sin"),
        1,
    ),
    "elementwise, second input": (
        {"push"},
        planted("elementwise", np.multiply, lambda d, b: d * b, lambda d, b: d * b, name="multiply"),
        2,
    ),
    "linear, not the adjoint": (
        {"adjoint"},
        planted("linear", lambda x: x[::-1], lambda g: g, name="flip"),
        1,
    ),
    "bilinear, second adjoint": (
        {"adjoint"},
        planted("bilinear", lambda a, b: a * b, lambda g, b: g * b, lambda g, a: -g * a, name="product"),
        2,
    ),
    "primitive, pull": (
        {"adjoint"},
        planted("primitive", lambda x: x**3, lambda g, x: g * 2 * x * x, push=lambda t, x: t * 3 * x * x, name="cube"),
        1,
    ),
    "primitive, push": (
        {"push"},
        planted("primitive", lambda x: x**3, lambda g, x: g * 3 * x * x, push=lambda t, x: t * 2 * x * x, name="cube"),
        1,
    ),
    "the second order only": (
        {"reverse over reverse"},
        planted("primitive", lambda x: x**3, once_wrong, push=lambda t, x: t * 3 * x * x, name="cube"),
        1,
    ),
    "the push's second order only": (
        {"reverse over forward"},
        planted("primitive", lambda x: x**3, lambda g, x: g * 3 * x * x, push=once_wrong, name="cube"),
        1,
    ),
    "a wrong shape": (
        {"adjoint"},
        planted("primitive", lambda x: x * 2, lambda g: 2 * g[:1], push=lambda t: t * 2, name="double"),
        1,
    ),
    "a wrong dtype": (
        {"precision"},
        planted("elementwise", np.sinh, lambda d, x: d * np.cosh(x) * np.float64(1), name="sinh"),
        1,
    ),
    "NaN": (
        {"push"},
        planted("elementwise", np.cosh, lambda d, x: d * np.sinh(x) * np.nan, name="cosh"),
        1,
    ),
}  # fmt: skip


def broken(expression: Any, samples: int) -> set[str]:
    """The laws that an expression of vectors breaks."""
    r = row("planted", (), expression, *[real(3)] * samples)
    found = set()
    for law in (laws.first_order, laws.second_order, laws.keeps_precision):
        try:
            law(r.expression, r.draw(1), seed=1)
        except Broken as error:
            found.add(error.law)
        except ValueError:
            found.add("error")  # shapes that do not fit
    return found


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_rule_is_caught(name: str) -> None:
    expected, operation, inputs = WRONG[name]
    assert broken(operation, inputs) & expected, name


def test_a_right_rule_passes() -> None:
    assert not broken(CUBE, 1)


def test_leaving_the_graph_is_caught() -> None:
    assert "detached" in broken(lambda x: 2 * np.asarray(x.data), 1)
