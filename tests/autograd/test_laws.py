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

from autograd import Tensor
from autograd.declare import OPERATIONS, Operation, declare_all
from autograd.testing import Broken, check_operation, laws
from autograd.testing.check_operation import STATEMENTS

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
def test_laws(row: Row, seed: int) -> None:
    """All those of ``check_operation``; the flag "float64" marks expressions that fix their own precision."""
    check_operation(
        row.expression,
        *row.draw(seed),
        forward=row.forward,
        second=row.second,
        precision="float64" not in row.flags,
        tolerance=row.tolerance,
        seed=seed,
    )


# ---------------------------------------------------------------- the table is complete


def known() -> dict[int, set[Any]]:
    """The names of each declared operation: its keys in OPERATIONS (aliases together), itself, its own name."""
    named: dict[int, set[Any]] = {}
    declare_all()
    for key, operation in OPERATIONS.items():
        function = key[0] if isinstance(key, tuple) else key
        module = "numpy" if isinstance(function, str | np.ufunc) else function.__module__
        if module == "autograd.ops.to_device":  # from one library to another: the tests of GPUs hold it
            continue
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


def cube(**rules: Any) -> Operation:
    """x³, right but for these rules."""
    right = {"pull": lambda g, x: g * 3 * x * x, "push": lambda t, x: t * 3 * x * x}
    both = {**right, **rules}
    return planted("primitive", lambda x: x**3, both["pull"], push=both["push"], name="cube")


def once_wrong(d: Any, x: Any) -> Any:
    """d 3x², correct in value but constant when differentiated again."""
    return d * 3 * (x.detach() if hasattr(x, "detach") else x) ** 2


def from_an_earlier_call() -> Any:
    """A rule that computes with what it was given first."""
    first: list[Any] = []

    def rule(d: Any, x: Any) -> Any:
        first.append(x)
        return d * 3 * first[0] ** 2

    return rule


def in_one_array() -> Any:
    """An operation that leaves what its rule needs in an array that the next call overwrites."""
    doubled = np.zeros(3)

    def square(x: Any, kept: Any = None) -> Any:
        if x.shape == doubled.shape:
            np.multiply(x, 2, out=doubled)
        if kept is not None:
            kept.doubled = doubled if x.shape == doubled.shape else 2 * x
        return x * x

    pull = lambda g, x, kept: g * (2 * x if kept is None else kept.doubled)  # noqa: E731
    return planted("primitive", square, pull, push=lambda t, x: 2 * t * x, keeps=True)


def doubled_in_place(x: Any) -> Any:
    x *= 2
    return x


# the law that is broken, and by what
WRONG: dict[str, tuple[str, Any, int]] = {
    "elementwise, a wrong factor": ("push", planted("elementwise", np.sin, lambda d, x: -d * np.cos(x)), 1),
    "elementwise, second input": (
        "push",
        planted("elementwise", np.multiply, lambda d, b: d * b, lambda d, b: d * b, name="multiply"),
        2,
    ),
    "linear, not the adjoint": ("adjoint", planted("linear", lambda x: x[::-1], lambda g: g, name="flip"), 1),
    "linear, but not the function": ("push", planted("linear", lambda x: x[::-1] + x * x, lambda g: g[::-1]), 1),
    "bilinear, second adjoint": (
        "adjoint",
        planted("bilinear", lambda a, b: a * b, lambda g, b: g * b, lambda g, a: -g * a, name="product"),
        2,
    ),
    "primitive, pull": ("adjoint", cube(pull=lambda g, x: g * 2 * x * x), 1),
    "primitive, push": ("push", cube(push=lambda t, x: t * 2 * x * x), 1),
    "primitive, both alike": ("push", cube(pull=lambda g, x: g * x, push=lambda t, x: t * x), 1),
    "no push, and a wrong pull": ("pull", planted("primitive", lambda x: x**3, lambda g, x: g * 2 * x * x), 1),
    "the second order only": ("reverse over reverse", cube(pull=once_wrong), 1),
    "the push's second order only": ("reverse over forward", cube(push=once_wrong), 1),
    "a wrong shape": ("adjoint", planted("primitive", lambda x: x * 2, lambda g: 2 * g[:1], push=lambda t: t * 2), 1),
    "a shape that fits nothing": ("pull", cube(pull=lambda g, x: g[:2]), 1),
    "a wrong dtype": ("precision", planted("elementwise", np.sinh, lambda d, x: d * np.cosh(x) * np.float64(1)), 1),
    "NaN": ("push", planted("elementwise", np.cosh, lambda d, x: d * np.sinh(x) * np.nan, name="cosh"), 1),
    "values of an earlier call": ("adjoint", cube(pull=from_an_earlier_call(), push=lambda t, x: t * 3 * x * x), 1),
    "an array of all calls": ("saved", in_one_array(), 1),
    "an input changed in place": ("forward", doubled_in_place, 1),
    "another function of tensors": ("forward", lambda x: x * 3 if isinstance(x, Tensor) else x * 2, 1),
    "needs that are not saved": (
        "alone",
        lambda a, b: a * b if isinstance(b, Tensor) else a * b + a.detach() * 0 - (a * b) * 0.5 + (a * b).data * 0.5
        if isinstance(a, Tensor)
        else a * b,
        2,
    ),
    "leaving the graph": ("detached", lambda x: 2 * np.asarray(x.data), 1),
    "wrong without elements": ("empty", cube(pull=lambda g, x: g * 3 * x * x + 0 * np.max(x)), 1),
    "wrong for numbers": (
        "number",
        planted("elementwise", np.sin, lambda d, x: d * (np.cos(x) if np.ndim(x) else x)),
        1,
    ),
    "wrong where it is broadcast": (
        "broadcast",
        planted("elementwise", np.multiply, lambda d, b: d * b if d.ndim < 2 else d[:1], lambda d, a: d * a),
        2,
    ),
    "wrong by name": (
        "keywords",
        type("ByName", (Operation,), {"__call__": lambda op, *xs, **by: Operation.__call__(op, *(xs or by.values()))})(
            lambda a, b: a - b, "elementwise", [lambda d: d, lambda d: -d]
        ),
        2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_wrong_rule_is_caught(name: str) -> None:
    law, operation, inputs = WRONG[name]
    samples = [real(3)] * inputs
    with pytest.raises(Broken) as caught:
        check_operation(operation, *row("planted", (), operation, *samples).draw(1), seed=1)
    assert caught.value.law == law, str(caught.value)


def test_every_law_can_be_broken() -> None:
    kept = {"kind", "forward over reverse", "forward over forward"}  # the sweeps or other laws see to these
    assert set(STATEMENTS) - kept == {law for law, _, _ in WRONG.values()}
