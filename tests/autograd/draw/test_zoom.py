"""Zoom: a graph of arrays opened into its numbers is the graph that Values record of the same expression."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import nn.functional
from autograd import Tensor, Value, checkpoint, grad
from autograd.draw import draw, explain, play
from autograd.draw.graph import Graph, Quantity
from autograd.draw.record import describe, run
from autograd.draw.record.scalars import scalars
from autograd.typing import Shape

from ...tables.operations.row import Row
from ..test_laws import TABLE


class Same(NamedTuple):
    """An expression of arrays of these shapes; ``values`` writes it for object arrays of Values, where it differs."""

    f: Callable[..., Any]
    shapes: tuple[Shape, ...]
    values: Callable[..., Any] | None = None


SAME = {
    "matmul": Same(lambda a, b: a @ b, ((2, 2), (2, 2))),
    "matrix times vector": Same(lambda a, b: a @ b, ((2, 3), (3,))),
    "dot": Same(np.dot, ((3,), (3,))),
    "outer": Same(np.outer, ((2,), (3,))),
    "einsum": Same(lambda a, b: np.einsum("ij,kj->ik", a, b), ((2, 2), (1, 2)), lambda a, b: a @ b.T),
    "tensordot": Same(lambda a, b: np.tensordot(a, b, 1), ((2, 2), (2, 1))),
    "layer": Same(lambda x, w, b: np.tanh(x @ w + b), ((1, 3), (3, 2), (2,))),
    "squared error": Same(lambda a, b: ((a - b) ** 2).mean(), ((3,), (3,))),
    "softmax": Same(lambda z: np.exp(z) / np.exp(z).sum(), ((3,),)),
    "sum over an axis": Same(lambda a: a.sum(0), ((3, 2),)),
    "kept axes": Same(lambda a: a / a.sum(axis=1, keepdims=True), ((2, 2),)),
    "product": Same(lambda a: np.prod(a, axis=1), ((2, 3),)),
    "running sums": Same(lambda a: np.cumsum(a) * 2, ((3,),)),
    "numbers as written": Same(lambda a: (2 - a * 0.5) ** 2 + 3, ((2,),)),
    "broadcast": Same(lambda a, b: a * b + a, ((2, 1), (3,))),
    "transposed": Same(lambda a, b: a.T * b, ((2, 3), (3, 2))),
    "indexed": Same(lambda a: a[1, ::2] * a[0, 0], ((2, 3),)),
    "indexed twice": Same(lambda a: a[[0, 0, 1]].sum(), ((2,),)),
    "joined": Same(lambda a, b: np.concatenate([a, b])[1:4] * np.stack([a, b]).ravel()[:3], ((2,), (2,))),
    "split": Same(lambda a: np.split(a, [1])[1] * np.split(a, [1])[0], ((3,),)),
    "reshaped": Same(lambda a: np.squeeze(a.reshape(3, 2, 1)[:, :, 0][:, None], 1) * 2, ((2, 3),)),
    "flipped": Same(lambda a: np.roll(np.flip(a), 1) * a, ((3,),)),
    "chosen": Same(lambda a: np.where([True, False], a, a[0]) * a, ((2,),)),
    "functions": Same(lambda a: np.log(np.cosh(a)) + np.sqrt(np.exp(-a)) - abs(a), ((2,),)),
    "numbers": Same(lambda a, b: a * b + np.sin(a), ((), ())),
    "convolution": Same(
        np.convolve, ((2,), (2,)), lambda a, b: np.array([a[0] * b[0], a[0] * b[1] + a[1] * b[0], a[1] * b[1]])
    ),
}  # fmt: skip


def met(graph: Graph) -> tuple[list[Any], list[Any]]:
    """All but names: the quantities as they are met on the way from the roots, without their numbers, and these."""
    place: dict[int, int] = {}
    order: list[Quantity] = []
    stack = [*reversed(graph.roots)]
    while stack:
        key = stack.pop()
        if key not in place:
            place[key] = len(place)
            order.append(graph.quantities[key])
            stack += [o.source for o in reversed(order[-1].operands) if o.source is not None]
    form = [
        (q.kind, q.operation, q.scalar, [o.literal if o.source is None else (place[o.source],) for o in q.operands])
        for q in order
    ]
    facts = [[q.value, q.gradient, *[o.slope for o in q.operands if o.source is not None]] for q in order]
    return [*form, [place[key] for key in graph.roots]], facts


@pytest.mark.parametrize("name", SAME)
def test_the_numbers_are_the_graph_that_values_record(name: str) -> None:
    f, shapes, other = SAME[name]
    rng = np.random.default_rng(len(name))
    inputs = [rng.uniform(0.5, 1.5, shape) for shape in shapes]
    values = [np.vectorize(Value, otypes=[object])(x) if x.ndim else Value(float(x)) for x in inputs]
    tensors = [Tensor(x, requires_grad=True) for x in inputs]  # which live until they are described
    form, facts = met(scalars(describe(f(*tensors), grads=True)))
    same_form, same_facts = met(describe((other or f)(*values), grads=True))
    assert form == same_form
    for mine, same in zip(facts, same_facts, strict=True):
        np.testing.assert_allclose(mine, same, 1e-12, 1e-12)


def slopes_along_paths(graph: Graph, leaf: int) -> float:
    """Σ over all paths from a leaf to a root of the product of the slopes."""
    tangents = {leaf: 1.0}
    for q in graph.quantities[leaf + 1 :]:
        terms = [o.slope * tangents[o.source] for o in q.operands if o.source in tangents]  # type: ignore[operator, index]
        if terms:
            tangents[q.key] = sum(terms)
    return sum(tangents.get(key, 0.0) for key in graph.roots)


REAL = {name: row for name, row in TABLE.items() if not any(np.iscomplexobj(x) for x in row.draw(0))}
REFUSED = "is complex|may be any basis"  # what has no graph of real numbers, or no derivative number by number


@pytest.mark.parametrize("row", REAL.values(), ids=REAL.keys())
def test_numbers_are_the_elements_and_slopes_along_paths_give_the_gradients(row: Row) -> None:
    graph = run(row.expression, row.draw(0))
    try:
        zoomed = scalars(graph, limit=5000)
    except (TypeError, ValueError) as error:
        assert re.search(REFUSED, str(error))
        return
    elements = np.concatenate([np.ravel(graph.quantities[key].value) for key in graph.roots])
    np.testing.assert_allclose([zoomed.quantities[key].value for key in zoomed.roots], elements, 1e-12, 1e-12)
    names = [q.name for q in zoomed.quantities if q.name]
    assert len(names) == len(set(names))
    for q in zoomed.quantities:
        if not q.operation and q.kind != "constant":
            np.testing.assert_allclose(q.gradient, slopes_along_paths(zoomed, q.key), 1e-6, 1e-9)


WHOLE: dict[str, tuple[Callable[[Any], Any], Shape, set[tuple[int, ...]]]] = {  # which elements each number depends on
    "maximum": (np.max, (7,), {(0, 1, 2, 3, 4, 5, 6)}),
    "maximum of columns": (lambda a: a.max(0), (2, 2), {(0, 2), (1, 3)}),
    "determinant": (np.linalg.det, (2, 2), {(0, 1, 2, 3)}),
    "factor of a product, of its lower half": (np.linalg.cholesky, (2, 2), {(0,), (0, 1), (0, 1, 2)}),
}


@pytest.mark.parametrize("name", WHOLE)
def test_an_operation_that_stays_whole_shows_all_that_it_depends_on(name: str) -> None:
    f, shape, expected = WHOLE[name]
    a = np.arange(np.prod(shape))[::-1].reshape(shape) + 3.0 * np.eye(*shape) if len(shape) == 2 else np.arange(7.0)
    zoomed = scalars(run(f, [a]))
    leaves = {q.key: q.name for q in zoomed.quantities if not q.operation}
    place = {key: k for k, key in enumerate(sorted(leaves))}
    found = {tuple(sorted(place[o.source] for o in q.operands)) for q in zoomed.quantities if q.operation}  # type: ignore[index]
    assert found == expected


# ---------------------------------------------------------------- what a recorded graph kept


KNOWN: dict[str, Callable[[Tensor, Tensor], Any]] = {
    "numbers that sums did not keep": lambda x, m: (0.1 - (x + 1e-3)) * 2,
    "an array that a sum did not keep": lambda x, m: x + np.array([1.0, 2.0, 3.0]),
    "the shape of a reshape": lambda x, m: x.reshape(3, 1) * 2,
    "where to split": lambda x, m: np.split(x, [1, 2])[2] * x[0],
    "which axis was left out": lambda x, m: np.squeeze(np.expand_dims(x, 0), 0) ** 2,
    "how many vectors": lambda x, m: np.linalg.svd(m * 2, full_matrices=False)[0].sum(),
    "which half": lambda x, m: np.linalg.eigh(m[:2])[0] * x[:2],
    "elements of an array that a choice did not keep": lambda x, m: np.where([True, False, True], x, 7.0) * x,
    "a freed graph of sums": lambda x, m: swept(x, x + (x - 1.0)),
}


def swept(x: Tensor, y: Tensor) -> Tensor:
    y.sum().backward()
    x.grad = None
    return y


@pytest.mark.parametrize("name", KNOWN)
def test_a_recorded_graph_is_opened_if_it_kept_enough(name: str) -> None:
    x = Tensor([1.0, 2.0, -3.0], requires_grad=True, label="x")
    m = Tensor([[2.0, 1.0], [1.0, 3.0], [0.0, 1.0]], requires_grad=True, label="m")
    graph = describe(KNOWN[name](x, m), grads=False)
    zoomed = scalars(graph)
    elements = np.concatenate([np.ravel(graph.quantities[key].value) for key in graph.roots])
    np.testing.assert_allclose([zoomed.quantities[key].value for key in zoomed.roots], elements, 1e-12)
    assert not zoomed.differentiated
    assert all(o.slope is not None for q in zoomed.quantities for o in q.operands if o.source is not None)


large = Tensor(np.ones((30, 30)), requires_grad=True, label="W")
MISTAKES: dict[str, tuple[Callable[[Tensor], Any], type[Exception], str]] = {
    "freed": (lambda x: swept(x, np.tanh(x) * x), ValueError, "'tanh'.*retain_graph=True"),
    "bounds that were not kept": (lambda x: x.clip(0, 1), ValueError, r"'clip'.*draw\(f, \*inputs"),
    "complex": (lambda x: np.abs(np.fft.fft(x)), TypeError, "fft is complex"),
    "large": (
        lambda x: large * 2,
        ValueError,
        r"2 arrays are made of 1,800 single numbers \(limit=400\).* W, has shape 30 x 30",
    ),
    "far too large": (lambda x: large @ large, ValueError, "more than 20,000"),
    "a checkpoint": (lambda x: checkpoint(np.tanh, x), ValueError, "'checkpoint'"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_errors_teach(name: str) -> None:
    call, error, words = MISTAKES[name]
    x = Tensor([1.0, 2.0, -3.0], requires_grad=True, label="x")
    with pytest.raises(error, match=words):
        scalars(describe(call(x), grads=False))


def test_draw_opens_what_was_recorded_and_functions_alike() -> None:
    """Also kernels, into small operations; ``limit`` counts numbers."""
    w, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, -0.5])
    leaves = [Tensor(w, requires_grad=True, label="w"), Tensor(b, requires_grad=True, label="b")]
    recorded = draw(np.tanh(leaves[0] @ leaves[1]), scalars=True, grads=True).graph
    function = draw(lambda w, b: np.tanh(w @ b), w, b, scalars=True).graph
    (form, facts), (same_form, same_facts) = met(recorded), met(function)
    assert [(operation, *rest) for _, operation, *rest in form[:-1]] == [
        (operation, *rest) for _, operation, *rest in same_form[:-1]
    ]
    assert facts == same_facts
    assert {q.name for q in function.quantities if q.kind == "input"} == {
        *[f"w[{i},{j}]" for i in range(2) for j in range(2)], "b[0]", "b[1]",
    }  # fmt: skip
    softmax = draw(lambda z: nn.functional.softmax(z, axis=0), b, scalars=True).graph
    assert {q.operation for q in softmax.quantities} == {"", "exp", "add", "divide"}
    with pytest.raises(ValueError, match=r"made of 14 single numbers \(limit=13\)"):
        draw(lambda w, b: np.tanh(w @ b), w, b, scalars=True, limit=13)


def test_opened_arrays_are_played_and_explained_as_values_are(tmp_path: Path) -> None:
    """With one result, and inputs that can be edited."""
    w, b = np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([0.5, -0.5])

    def loss(w: Any, b: Any) -> Any:
        h = np.tanh(w @ b)
        return (h**2).sum()

    page = tmp_path / "steps.html"
    play(loss, w, b, page, scalars=True)
    assert {"w[0,1]", "b[1]", "h[0]"} <= set(re.findall(r"[wbh]\[[\d,]+\]", page.read_text(encoding="utf-8")))
    expected = grad(lambda w: loss(w, b))(w)[0, 1]
    text = str(explain(loss, w, b, wrt="w[0,1]", scalars=True))
    assert "∂y/∂w[0,1]" in text and f"{expected:.4g}" in text
    W = Tensor(w, requires_grad=True, label="W")
    assert f"{expected:.4g}" in str(explain(loss(W, b), wrt="W[0,1]", scalars=True))
    with pytest.raises(TypeError, match=r'wrt="W\[0,1\]"'):
        explain(loss(W, b), wrt=W, scalars=True)
