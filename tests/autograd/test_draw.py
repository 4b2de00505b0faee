"""Pictures: what they show, with every installed renderer, and that files appear whole or not at all."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd import Tensor, Value
from autograd.draw import draw, render
from autograd.draw.picture import pure
from nn.scalar import Neuron

graphviz = pytest.importorskip("graphviz")
PROGRAMS = [p for p in (shutil.which("dot"), pure()) if p is not None]
needs_program = pytest.mark.skipif(not PROGRAMS, reason="neither dot nor graphviz-pure is installed")


def example() -> Value:
    a, b = Value(2.0, label="a<b>"), Value(-3.0, label="b")
    y = (a * b + 1).tanh()
    y.label = "y"
    y.backward()
    return y


def test_shows_labels_values_gradients_and_local_derivatives() -> None:
    y = example()
    source = draw(y).source
    for text in ("a&lt;b&gt;", f"{y.data:.4g}", f"{y.inputs[0].grad:.4g}", "<B>*</B>", "<B>+ 1</B>", "<B>tanh</B>"):
        assert text in source
    arrows = re.findall(r'n\d+ -> n\d+ \[label=" (\S+) "\]', source)
    assert sorted(arrows) == sorted(["-3", "2", "1", f"{y.slopes[0]:.4g}"])
    assert source == draw(example()).source  # the same picture each time


@pytest.mark.parametrize("nest", [lambda a: a, list, lambda a: {"a": a}], ids=["array", "list", "dict"])
def test_roots_may_be_nested(nest: Any) -> None:
    x = Value(1.0, label="x")
    source = draw(nest(np.array([x.exp(), x.sin()])), rankdir="TB").source
    assert "rankdir=TB" in source and source.count("<B>x</B>") == 1


MISTAKES: dict[str, tuple[Any, type[Exception], str]] = {
    "an unknown direction": (lambda: draw(Value(1.0), rankdir="up"), ValueError, "rankdir"),
    "a plain number": (lambda: draw(1.0), TypeError, "not of float"),
    "nothing": (lambda: draw([]), ValueError, "no Value"),
    "an untracked tensor": (lambda: draw(Tensor([1.0])), ValueError, "not tracked"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_errors_teach(name: str) -> None:
    call, error, words = MISTAKES[name]
    with pytest.raises(error, match=words):
        call()


def test_neuron_is_unfolded() -> None:
    neuron = Neuron(2, "tanh", seed=0)
    x = [Value(1.0, label="x1"), Value(2.0, label="x2")]
    y = neuron(x)
    y.backward()
    source = draw(y).source
    assert source.count("<B>*</B>") == 2 and source.count("<B>+</B>") == 2 and source.count("<B>tanh</B>") == 1
    assert "tanh neuron" in draw(y, unfold=False).source
    before = [v.grad for v in y.inputs]
    draw(y)
    assert [v.grad for v in y.inputs] == before


def test_a_graph_above_the_limit_raises() -> None:
    y = Value(1.0)
    for _ in range(100):
        y = y + 1
    with pytest.raises(ValueError, match="limit=50"):
        draw(y, limit=50)


@pytest.fixture
def W() -> Tensor:
    return Tensor(np.ones((2, 3)), requires_grad=True, label="W")


def test_shows_labels_shapes_and_operations_of_tensors(W: Tensor) -> None:
    x = Tensor([[1.0, 2.0]], requires_grad=True, label="x")
    y = np.tanh(x @ W).sum()
    y.backward(retain_graph=True)
    source = draw(y).source
    for text in ("<B>W</B>", "2 x 3", "<B>@</B>", "<B>tanh</B>", "<B>sum</B>", f"{y.item():.4g}", "[1 2]"):
        assert text in source


def test_shows_untracked_operands_and_inner_results_that_were_saved(W: Tensor) -> None:
    scaled = np.array([[1.0], [2.0]]) @ (((W - 1) ** 2)[:, :1].T * 0.5)
    source = draw(scaled).source
    for text in ("<B>- ...</B>", "<B>** 2</B>", "<B>* 0.5</B>", "[1]", "[2]"):
        assert text in source
    assert "2.718" in draw(Tensor([1.0], requires_grad=True).exp() * 2).source


def test_an_operation_with_several_results_is_drawn_once(W: Tensor) -> None:
    q, r = np.linalg.qr(W)
    source = draw(q.sum() * r.sum()).source
    assert source.count("<B>qr</B>") == 1 and "<B>item</B>" not in source and "3), (" not in source


def test_shows_the_norm_of_a_large_gradient() -> None:
    large = Tensor(np.ones(50), requires_grad=True)
    z = large.sum()
    z.backward(retain_graph=True)
    assert "|grad|" in draw(z).source


@needs_program
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: Path(p).name)
def test_renders_files(program: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = importlib.import_module("graphviz.backend.dot_command")
    monkeypatch.setattr(commands, "DOT_BINARY", program)
    y = example()
    svg = render(y, tmp_path / "graph.svg").read_text()
    assert ElementTree.fromstring(svg).tag.endswith("svg") and ">tanh</text>" in svg and "a&lt;b&gt;" in svg
    assert render(y, tmp_path / "graph.png").read_bytes().startswith(b"\x89PNG")
    assert render(y, tmp_path / "graph.dot").read_text().startswith("digraph")
    assert "<svg" in draw(y)._repr_mimebundle_()["image/svg+xml"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["graph.dot", "graph.png", "graph.svg"]


@needs_program
def test_the_command_of_the_wheel_serves_without_a_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    commands = importlib.import_module("graphviz.backend.dot_command")
    if pure() is None:
        pytest.skip("graphviz-pure is not installed")
    monkeypatch.setattr(commands, "DOT_BINARY", Path("dot"))
    monkeypatch.setenv("PATH", "")
    assert "<svg" in draw(example())._repr_mimebundle_()["image/svg+xml"]
    assert Path(commands.DOT_BINARY).stem == "graphviz-pure"
    with pytest.raises(ValueError, match=r"cannot write \.pdf.*\.svg, \.png or \.dot.*graphviz\.org"):
        render(example(), tmp_path / "graph.PDF")
    assert not list(tmp_path.iterdir())


def test_failure_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ending"):
        render(example(), tmp_path / "graph")
    with pytest.raises(ValueError):
        render(example(), tmp_path / "graph.nonsense")
    assert not list(tmp_path.iterdir())


def test_missing_graphviz_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match=r"chalkgrad\[draw\]"):
        draw(example())
