"""Descriptions of what was recorded: each node once, with the numbers that were there, and no trace left."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd import Tensor, Value, no_grad
from autograd import math as amath
from autograd.core import Node, Switch
from autograd.draw.graph import Graph, Quantity
from autograd.draw.record import describe, facts, gradients, run, values
from autograd.testing import strategies
from autograd.value import ancestors, dot, hypot
from nn.functional import cross_entropy
from nn.scalar import MLP, Neuron

from ...tables import operations as table
from ...tables.operations.row import Row

TABLE: dict[str, Row] = {
    f"{module.name}:{row.name}": row
    for module in pkgutil.iter_modules(table.__path__)
    for row in getattr(importlib.import_module(f"{table.__name__}.{module.name}"), "ROWS", ())
}
ROWS = {row.name: row for row in TABLE.values()}
every_row = pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
FORMULAS = strategies.expressions(inputs=3, smooth=False)
THREE = st.tuples(*[strategies.numbers()] * 3)


# ---------------------------------------------------------------- what a graph is held against


def recorded(f: Any, *inputs: Any) -> tuple[Any, dict[Node, Any]]:
    """The result of f on tensors, and what each recorded step gave."""
    seen: dict[Node, Any] = {}

    def note(node: Node, y: Any, *call: Any) -> None:
        seen[node] = [np.array(part) for part in y] if isinstance(y, tuple | list) else np.array(y)

    with Switch(note=note):
        return f(*inputs), seen


def pairs(roots: list[Any], graph: Graph) -> list[tuple[Any, Quantity]]:
    """Each Value or node with the quantity that describes it: matched from the roots on, operand by operand."""
    found: dict[int, tuple[Any, Quantity]] = {}
    stack = [(root, graph.quantities[key]) for root, key in zip(roots, graph.roots, strict=True)]
    while stack:
        thing, q = stack.pop()
        if id(thing) in found:
            assert found[id(thing)][1] is q  # one quantity for each
            continue
        found[id(thing)] = thing, q
        sources = [s for s in thing.inputs if s is not None]
        keys = [o.source for o in q.operands if o.source is not None]
        tracked = [graph.quantities[k] for k in keys if graph.quantities[k].kind != "constant"]
        stack.extend(zip(sources, tracked, strict=True))
    others = [q for q in graph.quantities if q.kind != "constant"]
    assert len(found) == len(others) == len({q.key for _, q in found.values()})
    return list(found.values())


def tensors_in(result: Any) -> list[Tensor]:
    parts = result if isinstance(result, tuple | list) else [result]
    return [t for t in parts if isinstance(t, Tensor) and t.node is not None]


def leaves_of(row: Row) -> list[Any]:
    return [Tensor(x, requires_grad=True) if x.dtype.kind in "fc" else x for x in row.draw(0)]


# ---------------------------------------------------------------- tensors


def check_values(row: Row) -> None:
    """What is shown was computed, whatever was assigned to the leaves since."""
    inputs = leaves_of(row)
    given_arrays = {t.node: t.data.copy() for t in inputs if isinstance(t, Tensor)}
    result, truth = recorded(row.expression, *inputs)
    roots = tensors_in(result)
    for leaf in inputs:
        if isinstance(leaf, Tensor):
            leaf.data = leaf.data + 1.0
    graph = describe(roots)
    for node, q in pairs([t.node for t in roots], graph):
        if node.op is not None and node.op.name == "item":
            true = truth[node.inputs[0]][node.saved[0]] if node.inputs[0] in truth else None
        else:
            true = given_arrays.get(node, truth.get(node))
        if q.value is not None and true is not None:
            np.testing.assert_array_equal(q.value, true)
        assert q.results or q.shape == node.shape
        assert q.operation == ("" if node.op is None else node.name)


@every_row
def test_a_value_that_is_shown_was_computed(row: Row) -> None:
    check_values(row)


WRITES: dict[str, Callable[[Tensor], Any]] = {
    "elements": lambda t: t.__setitem__(0, 100.0),
    "an operator in place": lambda t: t.__iadd__(100.0),
    "a view": lambda t: t[:1].__setitem__(0, 100.0),
    "all": lambda t: t.zero_(),
}


@pytest.mark.parametrize("computed", [False, True])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_what_was_written_to_a_tensor_since_is_not_shown(write: Any, computed: bool) -> None:
    """Sums keep no operands, so that only the tensors themselves have the numbers."""
    x = Tensor([2.0, 3.0], requires_grad=True)
    h = x + 1.0
    y = h.sum()
    with no_grad():
        write(h if computed else x)
    for root in (y, h):
        values = [q.value for q in describe(root, grads=True).quantities]
        assert [v is None for v in values[:2]] == [not computed, computed]


def check_gradients(row: Row) -> None:
    """Those of the sum of all elements, as a backward pass finds them afterwards; it also finds nothing changed."""
    inputs = leaves_of(row)
    roots = tensors_in(row.expression(*inputs))
    graph = describe(roots, grads=True)
    matched = {id(node): q for node, q in pairs([t.node for t in roots], graph)}
    tracked = [t for t in inputs if isinstance(t, Tensor)]
    assert all(t.grad is None for t in tracked)
    for root in roots:
        root.backward(np.ones_like(root.data), retain_graph=True)
    for leaf in tracked:
        q = matched.get(id(leaf.node))
        assert (leaf.grad is None) == (q is None or q.gradient is None)
        if q is not None and q.gradient is not None:
            np.testing.assert_allclose(q.gradient, leaf.grad, 1e-12, 1e-12)
            np.testing.assert_array_equal(q.value, leaf.data)
    assert graph.summed == (sum(root.size for root in roots) != 1)


@every_row
def test_gradients_for_a_picture_are_those_of_a_backward_pass(row: Row) -> None:
    check_gradients(row)


@every_row
def test_a_function_that_is_run_shows_every_value(row: Row) -> None:
    arrays = row.draw(0)
    graph = run(row.expression, arrays)
    result, truth = recorded(row.expression, *leaves_of(row))
    assert all(q.results or q.value is not None for q in graph.quantities)
    shown = sorted(_sums(q.value) for q in graph.quantities if q.operation not in ("", "item") and not q.results)
    true = sorted(_sums(y) for node, y in truth.items() if not isinstance(y, list))
    for x in shown:  # what was computed on the way, but does not lead to the result, is not shown
        assert min(abs(x - t) for t in true) <= 1e-9 * max(1.0, abs(x))
    assert [_sums(t.data) for t in tensors_in(result)] == [_sums(graph.quantities[k].value) for k in graph.roots]


def _sums(array: Any) -> float:
    return float(np.nansum(np.abs(array)))


# ---------------------------------------------------------------- numbers


def path_sums(graph: Graph) -> list[float]:
    """Σ over the paths from each quantity to the results of the product of the slopes on the path."""
    total = [float(q.key in graph.roots) for q in graph.quantities]
    for q in reversed(graph.quantities):
        for o in q.operands:
            if o.source is not None and o.slope is not None:
                total[o.source] += o.slope * total[q.key]
    return total


def check_numbers(f: Any, inputs: Any) -> None:
    """Slopes along paths give the gradients, those for a picture alone and those that a backward pass stores."""
    leaves = [Value(x) for x in inputs]
    y = f(*leaves)
    before = describe(y)
    assert not before.differentiated
    graph = describe(y, grads=True)
    assert all(v.grad == 0.0 for v in leaves)
    order = pairs([y], graph)
    sums = path_sums(graph)
    y.backward()
    stored = describe(y)
    for (v, q), (_, kept) in zip(order, pairs([y], stored), strict=True):
        assert q.value == kept.value == v.number and q.scalar and q.shape == ()
        assert q.gradient == kept.gradient == v.grad
        assert sums[q.key] == pytest.approx(v.grad, rel=1e-9, abs=1e-9)


@given(FORMULAS, THREE)
def test_slopes_along_paths_give_the_gradient(f: Any, inputs: Any) -> None:
    check_numbers(f, inputs)


@given(FORMULAS, THREE)
def test_tensors_of_no_axes_are_described_as_values_are(f: Any, inputs: Any) -> None:
    values_, tensors = (describe(f(*map(make, inputs)), grads=True) for make in (Value, lambda x: Tensor(x, True)))
    assert [q.operation for q in values_.quantities] == [q.operation for q in tensors.quantities]
    for p, q in zip(values_.quantities, tensors.quantities, strict=True):
        assert q.value is None or q.value == pytest.approx(p.value, rel=1e-12)
        assert q.gradient == pytest.approx(p.gradient, rel=1e-9, abs=1e-12)
        assert [o.source for o in p.operands] == [o.source for o in q.operands]
        for a, b in zip(p.operands, q.operands, strict=True):
            assert b.slope is None or b.slope == pytest.approx(a.slope, rel=1e-12, abs=1e-12)


MANY: dict[str, Any] = {
    "dot": lambda x, y, z: dot([x, y], [z, x]),
    "dot with numbers": lambda x, y, z: dot([x, y, z], [2.0, 3.0, 4.0]),
    "sum": lambda x, y, z: amath.fsum([x, y, z, x]),
    "norm": lambda x, y, z: hypot(x, y, z) * x,
    "neuron": lambda x, y, z: Neuron(3, "tanh", seed=0)([x, y, z]),
    "network": lambda x, y, z: MLP(3, [2, 1], seed=0)([x, y, z]),
    "its own network": lambda x, y, z: MLP(2, [2, 1], "sigmoid", seed=0)([0.5, -1.0]) * x,
}


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("unfold", [False, None])
@settings(max_examples=5)
@given(inputs=THREE)
def test_nodes_of_many_inputs(name: str, unfold: bool | None, inputs: Any) -> None:
    y = MANY[name](*map(Value, inputs))
    graph = describe(y, grads=True, unfold=unfold)
    neurons = "net" in name or "neuron" in name
    assert any("neuron" in q.operation for q in graph.quantities) == (neurons and unfold is False)
    assert any("neuron" in scope.name for scope in graph.scopes) == (neurons and unfold is None)
    leaves = [q for q in graph.quantities if not q.operation]
    for q, total in zip(graph.quantities, path_sums(graph), strict=True):
        assert q.gradient == pytest.approx(total, rel=1e-9, abs=1e-9)
    y.backward()
    found = [v for v in ancestors(y) if v.op is None]
    assert [(q.value, q.gradient) for q in leaves] == [(v.data, pytest.approx(v.grad)) for v in found]


@example(lambda x, y, z: np.maximum(x, x + x), (1.0, 0.0, 0.0), 0, 0.0)  # what is not the greatest tells nothing
@given(FORMULAS, THREE, st.integers(0, 2), strategies.numbers())
def test_a_number_that_is_shown_was_there(f: Any, inputs: Any, moved: int, number: float) -> None:
    """A leaf to which a number was assigned after it was used has the old one, or none, or one that changes nothing."""
    leaves = [Value(x) for x in inputs]
    y = f(*leaves)
    leaves[moved].data = number
    graph = describe(y)
    true = {id(v): x for v, x in zip(leaves, inputs, strict=True)}
    again = f(*map(Value, [v.number for v in leaves]))
    same = [(v.number, v.slopes) for v in ancestors(again)] == [(v.number, v.slopes) for v in ancestors(y)]
    for v, q in pairs([y], graph):
        if q.value is not None and v is not y:  # "same": the other operand of a maximum, say, that stays the smaller
            assert q.value == true.get(id(v), v.number) or (same and v.op is None)


# ---------------------------------------------------------------- no trace, and what backward passes left


def test_a_picture_calls_no_hooks_and_stores_nothing() -> None:
    x, called = Tensor([1.0, 2.0], requires_grad=True), []
    h = np.tanh(x)
    h.retain_grad()
    for t in (x, h):
        t.register_hook(called.append)
    graph = describe((h * x).sum(), grads=True)
    assert graph.differentiated and not called and x.grad is None and h.grad is None
    h.sum().backward()
    assert len(called) == 2 and x.grad is not None and h.grad is not None  # the hooks are where they were


def test_stored_gradients_are_shown_from_the_backward_pass_on() -> None:
    x, a = Tensor([1.0, 2.0], requires_grad=True), Value(0.0)
    h = x * 2
    h.retain_grad()
    y, b = h.sum(), a * a
    assert not describe([y, b]).differentiated
    y.backward()
    b.backward()
    shown = {q.operation: q.gradient for q in describe([y, b]).quantities if q.operation in ("multiply", "sum")}
    assert shown["sum"] is None and describe(b).quantities[0].gradient == 0.0  # a gradient that was found to be 0
    assert [list(q.gradient) for q in describe(y).quantities if q.gradient is not None] == [[2.0, 2.0], [1.0, 1.0]]
    assert not describe([y, b], grads=False).differentiated
    with pytest.raises(RuntimeError, match=r"swept before.*'sum'|swept before.*'multiply'"):
        describe(y, grads=True)


def test_values_of_a_swept_graph_are_those_that_are_alive() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    h = np.exp(x)
    y = np.cumsum(np.tanh(h)).sum()
    y.backward()
    known = {q.operation: q.value is not None for q in describe(y).quantities}
    assert known == {"": True, "exp": True, "tanh": True, "cumsum": False, "sum": True}  # tanh is computed again


# ---------------------------------------------------------------- the form of a description


def test_shared_parts_constants_and_literals() -> None:
    x, c = Tensor([[1.0], [2.0]], requires_grad=True, label="x"), Tensor([[3.0, 4.0]], label="c")
    h = (1 - c * x) ** 2
    graph = describe({"a": h, "b": [h * c, np.array([Value(2.0, label="v") * 3])]}, inputs=[x])
    kinds = [(q.name, q.kind, q.operation) for q in graph.quantities]
    assert sorted(kinds) == sorted([
        ("v", "parameter", ""), ("", "result", "multiply"), ("x", "input", ""), ("", "constant", ""),
        ("", "inner", "multiply"), ("", "inner", "subtract"), ("", "result", "power"), ("", "result", "multiply"),
    ])  # fmt: skip
    literals = [o.literal for q in graph.quantities for o in q.operands if o.source is None]
    assert literals == [3.0, 1.0, 2]  # subtraction keeps no operands, but the numbers tell
    assert len({q.key for q in graph.quantities}) == len(graph.quantities)


A, SAME, OTHER, LABELS = np.array([1.0, 2.0]), np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([1, 0])
CONSTANTS_NAMED: dict[str, tuple[Callable[[Tensor], Tensor], dict[str, Any], list[str]]] = {
    "a copy of a variable": (lambda W: W @ A.copy(), {"a": A, "b": OTHER}, ["a"]),
    "of an untracked tensor": (lambda W: W @ Tensor(A), {"t": Tensor(SAME)}, ["t"]),
    "within a list": (lambda W: W @ A.copy(), {"data": [OTHER, A]}, ["data[1]"]),
    "used twice": (lambda W: (W @ A.copy()) * (W * A.copy()), {"a": A}, ["a"]),
    "labels": (lambda W: cross_entropy(W, LABELS.copy()), {"labels": LABELS, "zeros": LABELS * 0}, ["labels"]),
    "two that are alike": (lambda W: W @ A.copy(), {"a": A, "b": SAME}, [""]),
    "one by two names": (lambda W: W @ A.copy(), {"a": A, "b": A}, ["a"]),
    "other elements": (lambda W: W @ A.copy(), {"b": OTHER}, [""]),
    "another precision": (lambda W: W @ A.copy(), {"a": A.astype(np.float32)}, [""]),
    "another shape": (lambda W: W @ A.copy(), {"a": A[None]}, [""]),
    "a name that is taken": (lambda W: np.tanh(W) @ A.copy(), {"W": A}, [""]),
}  # fmt: skip


@pytest.mark.parametrize("name", CONSTANTS_NAMED)
def test_arrays_are_called_as_the_one_variable_that_has_their_elements(name: str) -> None:
    """A graph keeps copies of arrays that may be changed."""
    f, names, expected = CONSTANTS_NAMED[name]
    W = Tensor(np.eye(2), requires_grad=True)
    given = describe(
        f(W), names={**names, **({} if "W" in names else {"W": W})}, inputs={"W": W} if "W" in names else None
    )
    constants = [q for q in given.quantities if q.kind == "constant"]
    assert [q.name for q in constants] == expected
    if name == "labels":
        assert given.quantities[-1].besides == [("target", constants[0].key)]
    elif expected == ["a"]:
        graph = describe(f(W), inputs={"x": A})
        assert [q.name for q in graph.quantities if q.kind == "input"] == ["x"]


def test_results_of_several_and_options() -> None:
    q, r = np.linalg.qr(Tensor(np.eye(2) + 1, requires_grad=True), mode="reduced")
    whole, *items = [p for p in describe([q, r]).quantities if p.operation in ("qr", "item")]
    assert whole.results and whole.value is None and [i.operands[0].source for i in items] == [whole.key] * 2
    x = Tensor(np.ones((3, 4)), requires_grad=True)
    options = [
        dict(p.options) for p in describe(np.sum(x[1:, ::2], axis=0).reshape(2, 1)).quantities if p.operation
    ]  # fmt: skip
    assert options == [{"key": "1:, ::2"}, {"axis": "0"}, {"newshape": "(2, 1)"}] or options[:2] == [
        {"key": "1:, ::2"}, {"axis": "0"},
    ]  # fmt: skip


@pytest.mark.parametrize("leaf", [Value(0.5), Tensor(0.5, requires_grad=True)], ids=["Value", "Tensor"])
def test_deep_graphs(leaf: Any) -> None:
    y = leaf
    for _ in range(5000):
        y = y * 0.5 + leaf
    graph = describe(y, grads=True)
    assert len(graph.quantities) == 10_001 and graph.quantities[0].gradient == pytest.approx(2.0)


MISTAKES: dict[str, tuple[Any, type[Exception], str]] = {
    "a number": (lambda: describe(1.0), TypeError, r"not float.*x = Value\("),
    "an array": (lambda: describe(np.ones(2)), TypeError, r"not ndarray.*requires_grad=True"),
    "nothing": (lambda: describe([]), ValueError, "no Value"),
    "an untracked tensor": (lambda: describe(Tensor([1.0])), ValueError, r"requires_grad=True, or .*draw\(f, "),
    "names of nothing": (lambda: describe(Value(1.0), names=3), TypeError, r"names: got int.*locals\(\)"),
    "an input that is none": (lambda: describe(Value(1.0), inputs=[1.0]), TypeError, r"inputs=\[x1, x2\], not float"),
    "an input of another graph": (lambda: describe(Value(1.0), inputs=[Value(2.0)]), ValueError, "leave it out"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_errors_teach(name: str) -> None:
    call, error, words = MISTAKES[name]
    with pytest.raises(error, match=words):
        call()


# ---------------------------------------------------------------- planted faults


right_operands = values.operands
FAULTS: dict[str, tuple[Any, str, Any, Callable[[], None]]] = {
    "the numbers that a leaf has now": (
        facts, "_seen", lambda node, used, own: own[0] if own else used[0], lambda: check_values(ROWS["add"])
    ),
    "what rules saved, taken for the first operand": (
        facts, "saved_operands", lambda node: [*facts.saved(node).values()] * 2, lambda: check_values(ROWS["multiply"])
    ),
    "operands the wrong way round": (
        values, "operands", lambda v, keys: right_operands(v, keys)[::-1],
        lambda: check_numbers(lambda x, y: x / y, (3.0, 2.0)),
    ),
    "the first root alone": (
        gradients, "itemgetter", lambda k: lambda g: g[k] * (k == 0), lambda: check_gradients(ROWS["split"])
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_faults_are_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The laws above fail for wrong values, slopes and gradients."""
    module, name, wrong, law = FAULTS[fault]
    law()
    monkeypatch.setattr(module, name, wrong)
    with pytest.raises(AssertionError):
        law()
