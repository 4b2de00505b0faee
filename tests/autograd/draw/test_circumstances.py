"""Pictures under all circumstances: within other contexts, of unusual numbers, shapes and sizes, in threads."""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd import Tensor, Value, checkpoint, debug, enable_grad, grad, hessian, jvp, no_grad
from autograd.draw import draw, explain, play
from autograd.draw.picture import Picture, Style
from autograd.draw.record import describe, run
from autograd.typing import Array

STYLES: tuple[Style, ...] = ("board", "lecture")
Draw = Callable[..., Picture]


def leaf(data: Any, dtype: Any = float) -> Tensor:
    return Tensor(np.array(data, dtype), requires_grad=True, label="x")


def drawn_within(differentiate: Callable[[Callable[..., Any]], Any], draw: Draw, again: bool = False) -> Picture:
    """The picture that a function draws of itself while it is differentiated."""
    found: list[Picture] = []

    def f(x: Any) -> Any:
        y = (np.tanh(x) * x).sum()
        found.append(draw(lambda v: (v * x).sum(), np.ones(2)) if again else draw(y, grads=True))
        return y

    differentiate(f)
    return found[0]


def in_context(context: Any, make: Callable[[], Picture]) -> Picture:
    with context:
        return make()


def of(y: Any) -> Callable[[Draw], Picture]:
    return lambda draw: draw(y(), grads=True)


def swept(y: Any) -> Any:
    y.backward()
    return y


W = np.array([[1.0, 2.0], [3.0, 4.0]])
CASES: dict[str, Callable[[Draw], Picture]] = {
    # inside something else
    "of a graph, in no_grad": lambda draw: in_context(no_grad(), lambda: draw(enabled(), grads=True)),
    "of a function, in no_grad": lambda draw: in_context(no_grad(), lambda: draw(lambda w: (w @ w).sum(), W)),
    "in debug": lambda draw: in_context(debug(), lambda: draw(lambda w: (w @ w).sum(), W)),
    "in grad": lambda draw: drawn_within(lambda f: grad(f)(np.ones(2)), draw),
    "of a function, in grad": lambda draw: drawn_within(lambda f: grad(f)(np.ones(2)), draw, again=True),
    "in jvp": lambda draw: drawn_within(lambda f: jvp(f, (np.ones(2),), (np.ones(2),)), draw),
    "in hessian": lambda draw: drawn_within(lambda f: hessian(f)(np.ones(2)), draw),
    "of a gradient": lambda draw: draw(grad(lambda w: np.tanh(w * w).sum()), np.ones(2)),
    "of a checkpoint": lambda draw: draw(lambda w: checkpoint(lambda v: np.tanh(v @ v), w).sum(), W),
    "of a graph that was freed": lambda draw: draw(swept(np.tanh(leaf(W)).sum())),
    "of Values that were freed": lambda draw: draw(swept(Value(2.0).exp() * 3)),
    # numbers and shapes
    "complex": of(lambda: np.abs(leaf([1 + 2j, 3 - 1j], complex) ** 2).sum()),
    "complex results": of(lambda: leaf(1 + 2j, complex) * 2),
    "float16": of(lambda: (leaf([1.0, 600.0], np.float16) * 2).sum()),
    "empty": of(lambda: (leaf(np.zeros((0, 3))) * 2).sum()),
    "empty results": of(lambda: leaf(np.zeros((0, 3))) * 2),
    "no axes": of(lambda: leaf(2.0) ** 2),
    "five axes": of(lambda: leaf(np.zeros((2, 3, 1, 2, 2))) * 2),
    "huge": of(lambda: leaf([1e308, -1e-308, 5e-324]) * 1.5),
    "huge, many": of(lambda: leaf(np.linspace(0, 1e308, 64).reshape(8, 8)) * 1.5),
    "both huge, many": of(lambda: leaf(np.repeat([1.7e308, -1.7e308], 32).reshape(8, 8)) * 1.0),
    "NaN, many": of(lambda: leaf(np.full((8, 8), np.nan)) * 2),
    "infinity, many": of(lambda: leaf(np.full((8, 8), -np.inf)) * 2),
    "NumPy's scalars": lambda draw: draw(lambda x, n: np.float32(2) * x ** np.int64(2) * n, np.float64(3), np.int64(2)),
    "a truth value": lambda draw: draw(lambda w, mask: np.where(mask, w, 0.0).sum(), W, W > 1),
    "a word and nothing": lambda draw: draw(lambda w, word, none: (w * 2).sum(), W, "mean", None),
    # roots
    "a leaf": of(lambda: leaf(W)),
    "a Value alone": of(lambda: Value(1.0)),
    "Values and tensors": lambda draw: draw(Value(1.0) * 2, leaf(W) * 2, grads=True),
}  # fmt: skip


def enabled() -> Any:
    with enable_grad():
        return np.tanh(leaf(W)).sum()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", CASES)
def test_it_is_drawn(name: str, style: Style) -> None:
    """Without a warning, and well-formed."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = CASES[name](lambda *what, **options: draw(*what, style=style, engine="builtin", **options))
        ElementTree.fromstring(picture.svg)
    assert picture.diagram.boxes and picture.source.startswith("digraph")
    for q in picture.graph.quantities:
        for known in (q.value, q.gradient):
            assert known is None or not isinstance(known, list), q
            assert known is None or np.shape(known) == q.shape, q


def texts(picture: Picture) -> str:
    boxes = picture.diagram.boxes
    spans = [span.text for box in boxes for line in box.lines for span in [*line.left, *line.right]]
    return " ".join([*spans, *[box.tip for box in boxes]])


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("shape", [(), (3,), (8, 8)])
@pytest.mark.parametrize(("number", "word"), [(np.nan, "NaN"), (np.inf, "inf"), (-np.inf, "inf")])
def test_what_is_not_finite_is_said(style: Style, shape: tuple[int, ...], number: float, word: str) -> None:
    x = np.zeros(shape)
    x[(0,) * len(shape)] = number
    assert word.lower() in texts(draw(lambda x: x * 2, x, style=style)).lower()


def test_roots_share_what_they_have_in_common() -> None:
    x = leaf([1.0, 2.0])
    h = np.tanh(x)
    graph = describe([h.sum(), h * 2, [h.max(), h], {"x": x}], grads=True)
    assert [q.operation for q in graph.quantities].count("tanh") == 1
    assert [graph.quantities[key].operation for key in graph.roots] == ["sum", "multiply", "max", "tanh", ""]
    total = describe([x * 3, x], grads=True).quantities[0]
    np.testing.assert_array_equal(total.gradient, [4.0, 4.0])  # of the sum of all


def loop(x: Any, count: int = 10_000) -> Any:
    y = x
    for _ in range(count // 2):
        y = (y + 1.0) * 1.0
    return y


LONG: dict[str, tuple[Callable[[], Any], int]] = {
    "Values": (lambda: describe(loop(Value(1.0), 20_000), grads=True), 20_000),
    "tensors": (lambda: describe(loop(leaf([1.0, 2.0]), 20_000), grads=True), 20_000),
    "a function of numbers": (lambda: run(loop, [1.0]), 10_000),
    "a function of arrays": (lambda: run(loop, [np.ones(2)]), 10_000),
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_loop_is_described(name: str) -> None:
    """Without recursion: Python allows 1,000 calls within each other."""
    make, count = LONG[name]
    graph = make()
    assert sum(bool(q.operation) for q in graph.quantities) == count
    assert all((np.asarray(q.gradient) == 1).all() for q in graph.quantities)


@pytest.mark.parametrize("style", STYLES)
def test_a_large_graph_is_refused_with_advice(style: Style) -> None:
    y = Value(1.0)
    for _ in range(2100):
        y = y * 1.5
    with pytest.raises(ValueError, match=r"2101 nodes.*limit=2000.*depth=1"):
        draw(y, style=style)


def test_threads_draw_what_is_theirs() -> None:
    found: list[tuple[float, Array]] = []

    def work(k: float) -> None:
        for _ in range(5):
            function = draw(lambda w: np.tanh(w @ w).sum(), np.full((2, 2), k)).graph
            x = Value(k, label=f"x{k}")
            assert draw((x * x).tanh(), grads=True).graph.quantities[0].name == f"x{k}"
            found.append((k, function.quantities[0].value))

    threads = [threading.Thread(target=work, args=(float(k),)) for k in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert all((value == k).all() for k, value in found)


REFUSED: dict[str, Callable[[Callable[..., Any]], Any]] = {
    "a number": lambda call: call(1.0),
    "nothing": lambda call: call([]),
    "an untracked tensor": lambda call: call(Tensor(W)),
    "a graph that was freed": lambda call: call(swept(leaf(W).sum() * 2), **({"grads": True} if call is draw else {})),
    "a result without a graph": lambda call: call(lambda w: w.data, W),
    "complex numbers": lambda call: call(lambda w: (w * 1j).real.sum(), W, scalars=True),
    "too many numbers": lambda call: call(lambda w: (w @ w).sum(), np.ones((40, 40)), scalars=True),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("call", [draw, play, explain])
def test_errors_name_what_was_called(call: Callable[..., Any], name: str) -> None:
    with pytest.raises((TypeError, ValueError, RuntimeError)) as caught:
        REFUSED[name](call)
    others = {"draw", "play", "explain"} - {call.__name__}
    assert str(caught.value).startswith((f"{call.__name__}: ", f"{call.__name__}(scalars=True): "))
    assert not any(re.search(rf"\b{other}\b", str(caught.value), re.IGNORECASE) for other in others)
