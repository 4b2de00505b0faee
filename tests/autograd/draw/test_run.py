"""Functions that are run for a picture: names, scopes, opened kernels; and nothing is left behind."""

from __future__ import annotations

import cProfile
import functools
import importlib
import math
import pkgutil
import sys
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, no_grad
from autograd import math as amath
from autograd.core import grad_mode, recording
from autograd.draw.graph import Graph
from autograd.draw.record import describe, run, scope
from autograd.draw.record.inputs import flat
from autograd.draw.record.names import around
from nn.scalar import MLP

from ...tables import networks
from ...tables.networks.case import Kernel

KERNELS: dict[str, Kernel] = {
    f"{module.name}:{kernel.row.name}": kernel
    for module in pkgutil.iter_modules(networks.__path__)
    for kernel in getattr(importlib.import_module(f"{networks.__name__}.{module.name}"), "KERNELS", ())
}
X = np.array([[0.5, -1.0], [2.0, 0.25]])
W = Tensor([[1.0, 2.0]], requires_grad=True)
MODEL = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)).double()


class Block(nn.Module):
    def __init__(self) -> None:
        self.inner = [nn.Linear(2, 2).double(), nn.Linear(2, 2).double()]

    def forward(self, x: Any) -> Any:
        hidden = np.tanh(self.inner[0](x))
        return self.inner[1](self.inner[0](hidden)) + x


class Data(NamedTuple):
    x: Any
    y: Any


class Line:
    """A model of somebody's own."""

    def __init__(self) -> None:
        self.w = [Value(2.0), Value(3.0)]
        self.b = Value(1.0, label="bias")

    def at(self, x: Any) -> Any:
        return self.w[0] * x + self.w[1] * x * x + self.b


def closed(x: Any) -> Any:
    hidden = x @ W.T
    return np.sum(hidden * hidden)


def rebound(x: Any) -> Any:
    x = np.tanh(x)
    h = [x, x * 2]
    return h[1] * h[0]


def layered(x: Any) -> Any:
    x = y = [np.tanh(x[0] * k + x[1]) for k in (1.0, 2.0, 3.0)]
    return y[0] * x[1] + x[2]


def repeated(x: Any, count: Any) -> Any:
    y = x
    for _ in range(count):
        y = y * x
    return y


@functools.lru_cache
def power(base: Any, exponent: Any) -> Any:
    return base**exponent


line = Line()
two = nn.Sequential(nn.Linear(2, 2)).double(), nn.Sequential(nn.Linear(2, 1)).double()


def through_both(x: Any) -> Any:
    return two[1](two[0](x))


# a function, its arguments, and the names that are to be found: by whom, and of which kind of quantity
NAMES: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, tuple[str, str]]]] = {
    "parameters": (lambda a, b: a * b, (X, 2.0), {"a": ("argument", "input"), "b": ("argument", "input")}),
    "numbers": (lambda a, b: a * b, (3.0, 2), {"a": ("argument", "input"), "b": ("argument", "input")}),
    "more": (lambda *xs: xs[0] * xs[1], (X, X + 1), {"xs[0]": ("argument", "input"), "xs[1]": ("argument", "input")}),
    "a dict": (lambda d: d["x"] * d["c"][0], ({"x": X, "c": [2.0]},),
               {"d['x']": ("argument", "input"), "d['c'][0]": ("argument", "input")}),
    "a named tuple": (lambda d: d.x - d.y, (Data(X, X[0]),),
                      {"d.x": ("argument", "input"), "d.y": ("argument", "input")}),
    "a ufunc": (np.multiply, (X, X + 1), {"x1": ("argument", "input"), "x2": ("argument", "input")}),
    "labels of a loss": (lambda x, y: nn.functional.cross_entropy(x, y), (X, np.array([0, 1])),
                         {"x": ("argument", "input"), "y": ("argument", "input")}),
    "an array of no gradient": (lambda x, m: np.where(m, x, 0.0).sum(), (X, X > 0),
                                {"x": ("argument", "input"), "m": ("argument", "input")}),
    "variables": (closed, (X,), {"x": ("argument", "input"), "W": ("variable", "parameter"),
                                 "hidden": ("variable", "inner")}),
    "a variable that is bound anew": (rebound, (X,), {"x": ("argument", "input"), "h[0]": ("variable", "inner"),
                                                      "h[1]": ("variable", "inner")}),
    "a list that is bound anew": (layered, ([2.0, 3.0],), {
        "x[0]": ("argument", "input"), "x[1]": ("argument", "input"), "y[0]": ("variable", "inner"),
        "y[1]": ("variable", "inner"), "y[2]": ("variable", "inner")}),
    "an integer that is no number of the graph": (repeated, (2.0, 2), {"x": ("argument", "input"),
                                                                       "y": ("variable", "result")}),
    "a decorated function": (power, (2.0, 3.0), {"base": ("argument", "input"), "exponent": ("argument", "input")}),
    "a partial function": (functools.partial(closed), (X,), {"x": ("argument", "input"),
                                                            "hidden": ("variable", "inner"),
                                                            "W": ("variable", "parameter")}),
    "a method": (line.at, (2.0,), {"x": ("argument", "input"), "w[0]": ("module", "parameter"),
                                   "w[1]": ("module", "parameter"), "bias": ("label", "parameter")}),
    "a model": (MODEL, (X,), {"x": ("argument", "input"), "[0].weight": ("module", "parameter"),
                              "[0].bias": ("module", "parameter"), "[2].weight": ("module", "parameter"),
                              "[2].bias": ("module", "parameter")}),
    "a model's own variables": (Block(), (X,), {
        "x": ("argument", "input"), "inner[0].weight": ("module", "parameter"),
        "inner[0].bias": ("module", "parameter"), "inner[1].weight": ("module", "parameter"),
        "inner[1].bias": ("module", "parameter"), "hidden": ("variable", "inner")}),
    "a closure over a model": (lambda x: MODEL(x).sum(), (X,), {
        "x": ("argument", "input"), "[0].weight": ("module", "parameter"), "[0].bias": ("module", "parameter"),
        "[2].weight": ("module", "parameter"), "[2].bias": ("module", "parameter")}),
    "parts of a model": (lambda x: MODEL[2](np.tanh(MODEL[0](x))), (X,), {
        "x": ("argument", "input"), "[0].weight": ("module", "parameter"), "[0].bias": ("module", "parameter"),
        "[2].weight": ("module", "parameter"), "[2].bias": ("module", "parameter")}),
    "several models": (through_both, (X,), {
        "x": ("argument", "input"), "two[0][0].weight": ("module", "parameter"),
        "two[0][0].bias": ("module", "parameter"), "two[1][0].weight": ("module", "parameter"),
        "two[1][0].bias": ("module", "parameter")}),
    "labels before arguments": (lambda v: v * 2, (Value(1.0, label="mass"),), {"mass": ("label", "input")}),
}  # fmt: skip


def named(graph: Graph) -> dict[str, tuple[str, str]]:
    return {q.name: (q.named, q.kind) for q in graph.quantities if q.name}


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    f, args, expected = NAMES[name]
    graph = run(f, args)
    assert named(graph) == expected
    assert all(q.value is not None for q in graph.quantities if not q.results)


def test_names_of_other_things_do_not_count() -> None:
    x, hidden = Value(3.0), Value(2.0)
    graph = run(closed, (X,), names={"x": x, "hidden": hidden, "weights": W})
    assert named(graph) == NAMES["variables"][2]
    assert named(describe(x * 2, names={"hidden": hidden, "x": x}, inputs={"hidden": x})) == {
        "hidden": ("argument", "input")
    }


def test_names_of_what_was_recorded() -> None:
    net, pair, h = Line(), [Tensor(X, requires_grad=True), X], Value(1.5)
    y = net.at(h) * h
    found = named(describe([y, (pair[0] * 2).sum()], names=around(sys._getframe())))
    assert found == {
        "net.w[0]": ("variable", "parameter"), "net.w[1]": ("variable", "parameter"), "bias": ("label", "parameter"),
        "h": ("variable", "parameter"), "y": ("variable", "result"), "pair[0]": ("variable", "parameter"),
    }  # fmt: skip
    first, second = nn.Linear(2, 2).double(), nn.Linear(2, 1).double()
    with scope("net"):
        y = second(first(X))
    assert set(named(describe(y))) == {f"Linear{k}.{what}" for k in ("", "2") for what in ("weight", "bias")}
    assert set(named(describe(y, names=locals()))) >= {"first.weight", "second.bias", "y"}
    by_model = named(describe(MODEL(X), names=MODEL, inputs={"data": X}))
    assert set(by_model) == {"data", *(f"[{k}].{what}" for k in (0, 2) for what in ("weight", "bias"))}
    assert by_model["data"] == ("argument", "input")
    a = Value(2.0)
    assert named(describe(a * 2, inputs={"a": a})) == {"a": ("argument", "input")}


# ---------------------------------------------------------------- scopes


def tree(graph: Graph) -> list[tuple[str, str, str, int, int]]:
    """Each scope: its path of names, kind, title, module and call."""
    paths: list[str] = []
    for s in graph.scopes:
        paths.append(s.name if s.parent is None else f"{paths[s.parent]} > {s.name}")
    return [(path, s.kind, s.title, s.module, s.call) for path, s in zip(paths, graph.scopes, strict=True)]


def test_modules_are_scopes() -> None:
    graph = run(Block(), (X,))
    assert tree(graph) == [
        ("", "module", "Block", 0, 0), (" > inner[0]", "module", "Linear(2, 2)", 1, 0),
        (" > inner[0]", "module", "Linear(2, 2)", 1, 1), (" > inner[1]", "module", "Linear(2, 2)", 2, 0),
    ]  # fmt: skip
    names = {q.name: q.key for q in graph.quantities}
    for s in graph.scopes[1:]:
        path = s.name.lstrip()
        assert dict(s.parameters) == {"weight": names[f"{path}.weight"], "bias": names[f"{path}.bias"]}
        assert [graph.quantities[k].operation for k in s.results] == ["linear"]
    assert graph.scopes[0].results == graph.roots
    inside = [q.scope for q in graph.quantities if q.operation]
    assert inside == [1, 0, 2, 3, 0]


@pytest.mark.parametrize("make", [lambda: Value(2.0), lambda: Tensor(2.0, requires_grad=True)], ids=["Value", "Tensor"])
def test_named_blocks_are_scopes(make: Callable[[], Any]) -> None:
    x = make()
    with scope("outer"):
        y = x * x
        with scope("inner"):
            z = np.tanh(y)
            z.label = "z"
        w = z + y
    graph = describe(w * x)
    assert tree(graph) == [("outer", "block", "", 0, 0), ("outer > inner", "block", "", 0, 0)]
    assert [(q.operation, q.name, q.scope) for q in graph.quantities if q.operation] == [
        ("multiply", "", 0), ("tanh", "z", 1), ("add", "", 0), ("multiply", "", None),
    ]  # fmt: skip
    assert [s.results for s in graph.scopes] == [[3], [2]]
    assert grad_mode.switches == 0 and recording.scope is None and (x * x).__class__ is x.__class__


def test_a_block_reaches_to_its_own_thread() -> None:
    found: list[Any] = []
    with scope("here"):
        thread = threading.Thread(target=lambda: found.append(Value(1.0) * 2))
        thread.start()
        thread.join()
        mine = Value(1.0) * 2
    assert not describe(found).scopes and describe(mine).scopes


def test_recurrent_calls_are_numbered() -> None:
    cell = nn.RNNCell(2, 2).double()

    def unrolled(xs: Any) -> Any:
        h = np.zeros((1, 2))
        for x in xs:
            h = cell(x[None], h)
        return h

    graph = run(unrolled, (np.stack([X[0]] * 3),))
    assert [(s.name, s.module, s.call) for s in graph.scopes] == [("cell", 0, k) for k in range(3)]
    assert len({tuple(s.parameters) for s in graph.scopes}) == 1


# ---------------------------------------------------------------- kernels


@pytest.mark.parametrize("name", KERNELS)
def test_an_opened_kernel_has_the_same_values_and_gradients(name: str) -> None:
    row = KERNELS[name].row
    whole, opened = (run(row.expression, row.draw(0), unfold=unfold) for unfold in (None, True))
    for a, b in zip(whole.roots, opened.roots, strict=True):
        np.testing.assert_allclose(opened.quantities[b].value, whole.quantities[a].value, 1e-9, 1e-9)
    found = {q.name: q.gradient for q in opened.quantities if q.kind == "input"}
    for q in whole.quantities:
        if q.kind == "input" and q.gradient is not None:
            np.testing.assert_allclose(found[q.name], q.gradient, 1e-8, 1e-9)
    if KERNELS[name].composed is None:
        closed_ones = {q.operation for q in whole.quantities if q.operation} - {q.operation for q in opened.quantities}
        assert closed_ones and any(s.kind == "kernel" and s.name in closed_ones for s in opened.scopes)


@pytest.mark.parametrize("name", KERNELS)
def test_a_recorded_kernel_is_opened_if_the_graph_kept_enough(name: str) -> None:
    row = KERNELS[name].row
    inputs = [Tensor(x, requires_grad=True) if x.dtype.kind == "f" else x for x in row.draw(0)]
    roots = [t for t in flat(row.expression(*inputs)) if isinstance(t, Tensor) and t.node is not None]
    whole, opened = (describe(roots, grads=True, unfold=unfold, inputs=inputs) for unfold in (None, True))
    for a, b in zip(whole.roots, opened.roots, strict=True):
        np.testing.assert_allclose(opened.quantities[b].value, whole.quantities[a].value, 1e-9, 1e-9)
        if not opened.consumers()[b]:  # of an LSTM's results one leads to the other
            np.testing.assert_array_equal(opened.quantities[b].gradient, whole.quantities[a].gradient)
    leaves = [[q.gradient for q in g.quantities if not q.operation and q.gradient is not None] for g in (whole, opened)]
    np.testing.assert_allclose(*[sorted(map(_sum, g)) for g in leaves], 1e-8, 1e-9)
    for s in opened.scopes:
        inside = [q for q in opened.quantities if q.scope == s.key]
        assert s.results and all(q.gradient is not None and q.value is not None for q in inside if not q.results)
    assert all(t.grad is None for t in inputs if isinstance(t, Tensor))


def _sum(array: Any) -> float:
    return float(np.sum(array))


def test_a_kernel_that_is_not_what_it_stands_for_is_not_drawn_so(monkeypatch: pytest.MonkeyPatch) -> None:
    operation = nn.functional.linear(Tensor(X, True), Tensor(X, True)).node.op
    monkeypatch.setattr(operation, "unfold", lambda x, weight, bias=None: x @ weight)
    with pytest.raises(RuntimeError, match=r"'linear' and the small operations.*unfold=False"):
        run(nn.functional.linear, (X, X), unfold=True)


# ---------------------------------------------------------------- nothing is left behind


def test_a_run_leaves_no_trace() -> None:
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Dropout(0.5, generator=3))
    before = {name: array.copy() for name, array in model.state_dict().items()}
    x = Tensor(X, requires_grad=True)
    with no_grad():  # it records nevertheless
        first, second = run(model, (x,)), run(model, (x,))
    for p, q in zip(first.quantities, second.quantities, strict=True):
        np.testing.assert_array_equal(p.value, q.value)  # the same elements are dropped
    assert all(np.array_equal(array, before[name]) for name, array in model.state_dict().items())
    assert x.grad is None and all(p.grad is None for p in model.parameters())
    assert grad_mode.switches == 0 and recording.note is None and sys.getprofile() is None


def test_the_profiler_that_is_there_stays() -> None:
    seen: list[str] = []

    def profiler(frame: Any, event: str, argument: Any) -> None:
        if event == "return" and frame.f_code is closed.__code__:
            seen.append("closed")

    sys.setprofile(profiler)
    try:
        graph = run(closed, (X,))
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(None)
    assert seen == ["closed"] and "hidden" in named(graph)
    with cProfile.Profile() as other:
        assert "W" in named(run(closed, (X,)))
    assert any(entry.code is closed.__code__ for entry in other.getstats())


def test_arrays_that_change_while_it_runs_are_shown_as_they_were() -> None:
    c = np.array([1.0, 2.0])

    def f(x: Any) -> Any:
        y = x * c
        c[0] = 5.0
        return y + x * c

    graph = run(f, (X,))
    assert [list(q.value) for q in graph.quantities if q.kind == "constant"] == [[1.0, 2.0], [5.0, 2.0]]


# ---------------------------------------------------------------- errors


def crash(x: Any) -> Any:
    return x @ x.missing


MISTAKES: dict[str, tuple[Callable[..., Any], tuple[Any, ...], type[Exception], str]] = {
    "Python's own functions of numbers": (lambda x: math.sin(x), (1.0,), TypeError, r"autograd\.math"),
    "a graph that was left": (lambda x: x.data * 2, (X,), ValueError, "returned ndarray.*detach"),
    "nothing": (lambda x: None, (X,), ValueError, "returned NoneType"),
    "a function that fails": (crash, (X,), AttributeError, "missing"),
    "too many arguments": (closed, (X, X), TypeError, "positional"),
    "a scope without a name": (lambda: scope(3).__enter__(), (), TypeError, "text, got int 3"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", MISTAKES)
def test_errors_teach(name: str) -> None:
    f, args, error, words = MISTAKES[name]
    with pytest.raises(error, match=words):
        f(*args) if name == "a scope without a name" else run(f, args)
    assert grad_mode.switches == 0


def test_functions_of_numbers_are_functions_of_values() -> None:
    graph = run(lambda x, y: amath.sin(x) * y, (1.0, 2))
    assert all(q.scalar for q in graph.quantities)
    assert [q.gradient for q in graph.quantities if q.kind == "input"] == [2 * math.cos(1.0), math.sin(1.0)]
    net = MLP(2, [2, 1])
    assert {q.name for q in run(net, ([1.0, 2.0],)).quantities if q.kind == "input"} == {"x[0]", "x[1]"}
    assert {q.name for q in run(net, (np.array([1.0, 2.0]),)).quantities if q.kind == "input"} == {"x[0]", "x[1]"}
    beside = run(lambda x, rate: x * rate, (X, 0.5))
    assert not any(q.scalar for q in beside.quantities) and beside.summed
