"""``explain``: its result is the gradient, its lines are mathematics, and the slide comes out as it stands."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import nn
from autograd import Tensor, Value
from autograd.draw import Explanation, explain
from autograd.draw.explanation import LONGEST
from autograd.draw.record import values as recorded_values
from autograd.functional import grad

mathtext = pytest.importorskip("matplotlib.mathtext", reason="the extra 'draw' reads LaTeX").MathTextParser("path")


def check_latex(found: Explanation) -> None:
    assert found.latex_lines
    for line in {re.sub(r"\d+", "1", line) for line in found.latex_lines}:  # one of those that differ in digits alone
        mathtext.parse(f"${line}$")
    for text in (found.latex, found._repr_latex_(), found._repr_markdown_()):
        assert text.count(r"\begin{aligned}") == text.count(r"\end{aligned}") > 0


# ---------------------------------------------------------------- the lecture


def lecture(make: Callable[[float], Any]) -> tuple[Any, dict[str, Any]]:
    p = {name: make(x) for name, x in zip(SLIDE, NUMBERS, strict=True)}
    h1 = p["x1"] * p["w1"] + p["x2"] * p["w2"] + p["b1"]
    h2 = p["x1"] * p["w3"] + p["x2"] * p["w4"] + p["b2"]
    u1, u2 = np.tanh(h1), np.tanh(h2)
    f = u1 * p["w5"] + u2 * p["w6"] + p["b3"]
    E = 0.5 * (f - p["y"]) ** 2
    return E, {**p, "h1": h1, "h2": h2, "u1": u1, "u2": u2, "f": f, "E": E}


SLIDE = ["x1", "x2", "w1", "w2", "w3", "w4", "w5", "w6", "b1", "b2", "b3", "y"]
NUMBERS = [1.0, 2.0, 0.5, -0.3, 0.2, 0.1, 0.7, -0.6, 0.3, 0.2, 0.3, 1.0]
LINES = """
h1 = x1 w1 + x2 w2 + b1
h2 = x1 w3 + x2 w4 + b2
u1 = tanh h1
u2 = tanh h2
f = u1 w5 + u2 w6 + b3
E = ½ (f - y)²
δ1 = ∂E/∂f = f - y
δ2 = ∂E/∂u1 = ∂E/∂f · ∂f/∂u1 = δ1 w5
δ3 = ∂E/∂u2 = ∂E/∂f · ∂f/∂u2 = δ1 w6
δ4 = ∂E/∂h1 = ∂E/∂u1 · ∂u1/∂h1 = δ2 (1 - tanh² h1)
δ5 = ∂E/∂h2 = ∂E/∂u2 · ∂u2/∂h2 = δ3 (1 - tanh² h2)
∂E/∂b3 = ∂E/∂f · ∂f/∂b3 = δ1
∂E/∂w5 = ∂E/∂f · ∂f/∂w5 = δ1 u1
∂E/∂w6 = ∂E/∂f · ∂f/∂w6 = δ1 u2
∂E/∂b1 = ∂E/∂h1 · ∂h1/∂b1 = δ4
∂E/∂w1 = ∂E/∂h1 · ∂h1/∂w1 = δ4 x1
∂E/∂w2 = ∂E/∂h1 · ∂h1/∂w2 = δ4 x2
∂E/∂b2 = ∂E/∂h2 · ∂h2/∂b2 = δ5
∂E/∂w3 = ∂E/∂h2 · ∂h2/∂w3 = δ5 x1
∂E/∂w4 = ∂E/∂h2 · ∂h2/∂w4 = δ5 x2
"""


@pytest.mark.parametrize("make", [Value, lambda x: Tensor(x, requires_grad=True)], ids=["Value", "Tensor"])
def test_the_slides_line_for_line(make: Callable[[float], Any]) -> None:
    E, names = lecture(make)
    found = explain(E, names=names)
    lines = [line.strip() for line in str(found).splitlines()]
    for expected in LINES.split("\n")[1:-1]:
        assert any(line == expected or line.startswith(f"{expected} = ") for line in lines), expected
    E.backward()
    assert set(found.gradient) == set(SLIDE)
    for name, d in found.gradient.items():
        assert d == pytest.approx(float(names[name].grad), rel=1e-12)
    check_latex(found)


def test_numbers_are_put_in() -> None:
    E, names = lecture(Value)
    lines = str(explain(E, wrt=names["x1"], names=names)).splitlines()
    assert lines[-4:] == [
        "Derivative of E",
        "  by h1: δ4 w1 = -0.5947 · 0.5 = -0.2974",
        "  by h2: δ5 w3 = 0.3774 · 0.2 = 0.07549",
        "  ∂E/∂x1 = ∂E/∂h1 · ∂h1/∂x1 + ∂E/∂h2 · ∂h2/∂x1 = δ4 w1 + δ5 w3 = -0.5947 · 0.5 + 0.3774 · 0.2 = -0.2219",
    ]
    assert "  h1 = x1 w1 + x2 w2 + b1 = 1 · 0.5 + 2 · (-0.3) + 0.3 = 0.2" in lines
    a, b = Value(-0.5, label="a"), Value(-2.0, label="b")
    whole = explain(np.maximum(a, b) * np.abs(b) * np.exp(a), wrt=a)
    for text in ("max(-0.5, -2) =", "|-2| =", "exp (-0.5) =", "([-0.5 > -2] + [-0.5 = -2] / 2)"):
        assert text in str(whole)
    assert r"\max\left(-0.5, -2\right)" in whole.latex and r"\exp \left(-0.5\right)" in whole.latex


# ---------------------------------------------------------------- other expressions


def softmax_by_hand(a: Any, b: Any) -> Any:
    p, q = np.exp(a), np.exp(b)
    return -np.log(p / (p + q))


def deep(a: Any, b: Any) -> Any:
    for k in range(40):
        a = np.tanh(a * b + 0.1 * k)
    return a


CASES: dict[str, Callable[..., Any]] = {
    "fan-out": lambda a, b: (a + b) * (a - b) * a,
    "powers": lambda a, b: a**3 + b**-2 + 2**a + abs(a) ** b,
    "softmax by hand": softmax_by_hand,
    "nested tanh": lambda a, b: np.tanh(a * np.tanh(b * np.tanh(a))),
    "division": lambda a, b: a / b / (1 + a * a) - 1 / b,
    "tie of max": lambda a, b: np.maximum(a * b, b * a) + np.maximum(a, 0),
    "constants": lambda a, b: 3 * (2 * a - 1) / 4 + 0.5 * b - 7,
    "deep chain": deep,
    "one path twice": lambda a, b: a * a + b * b * b,
    "roots": lambda a, b: np.sqrt(a * a + b * b) + np.log1p(b * b) + np.arctan(a),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("make", [Value, lambda x: Tensor(x, requires_grad=True)], ids=["Value", "Tensor"])
def test_expressions(case: str, make: Callable[[float], Any]) -> None:
    a, b = make(0.7), make(-1.3 if case != "powers" else 1.3)
    y = CASES[case](a, b)
    found = explain(y, wrt=[a, b])
    assert max(map(len, str(found).splitlines())) <= 120
    y.backward()
    assert found.gradient == {"a": pytest.approx(float(a.grad)), "b": pytest.approx(float(b.grad))}
    assert f"= {float(a.grad):.4g}" in str(found)
    check_latex(found)


@pytest.mark.parametrize("case", CASES)
def test_functions_and_names(case: str) -> None:
    f = CASES[case]
    found = explain(f, 0.7, 1.3, wrt="b")
    assert found.gradient["b"] == pytest.approx(float(grad(f, 1)(0.7, 1.3)))
    assert explain(f, 0.7, 1.3).gradient["b"] == found.gradient["b"]


@pytest.mark.parametrize("make", [Value, lambda x: Tensor(x, requires_grad=True)], ids=["Value", "Tensor"])
def test_a_branch_that_was_not_taken_gives_0_behind_an_infinite_slope(make: Callable[[float], Any]) -> None:
    a, b = make(0.0), make(-1.0)
    y = np.cbrt(np.maximum(a, b * b * b))
    assert explain(y, wrt=[a, b]).gradient == {"a": np.inf, "b": 0.0}


def test_a_neuron() -> None:
    neuron = nn.scalar.Neuron(2, seed=1)
    y = neuron([1.0, -2.0])
    found = explain(y, wrt=neuron.w)
    y.backward()
    assert [*found.gradient.values()] == pytest.approx([w.grad for w in neuron.w])
    assert "tanh" in str(found)
    check_latex(found)


def mlp(X: Any, W: Any, b: Any, V: Any) -> Any:
    return np.sum((nn.functional.relu(X @ W + b) @ V) ** 2) / 2


def classifier(X: Any, W: Any, b: Any, V: Any) -> Any:
    return nn.functional.cross_entropy(np.tanh(X @ W + b) @ V, np.array([0, 1, 1]))


def attention(X: Any, W: Any, b: Any, V: Any) -> Any:
    return np.mean(nn.functional.softmax(X @ W @ W.T @ X.T / 2, axis=1) @ X)


@pytest.mark.parametrize("f", [mlp, classifier, attention])
def test_arrays(f: Callable[..., Any]) -> None:
    """Each derivative is computed anew from the formulas that are shown, so none is left to the engine."""
    rng = np.random.default_rng(3)
    arrays = [rng.normal(size=shape) for shape in ((3, 2), (2, 4), (4,), (4, 2))]
    found = explain(f, *arrays)
    for k, (name, d) in enumerate(found.gradient.items()):
        k = "XWbV".index(name)
        assert np.allclose(d, grad(f, k)(*arrays)), name
    assert "J_" not in str(found)
    check_latex(found)


def test_kernels_are_opened() -> None:
    """Into the small operations that the closed one's derivative stands for."""
    rng = np.random.default_rng(3)
    arrays = [rng.normal(size=shape) for shape in ((3, 2), (2, 4), (4,), (4, 2))]
    closed, opened = (explain(classifier, *arrays, wrt="V", unfold=unfold) for unfold in (False, True))
    assert np.allclose(opened.gradient["V"], closed.gradient["V"])
    assert ("cross_entropy" in str(closed), "cross_entropy" in str(opened)) == (True, False)


def test_what_has_no_formula_is_named() -> None:
    X = Tensor(np.arange(9.0).reshape(3, 3) + np.eye(3), requires_grad=True)
    found = explain(np.linalg.svd(X)[1].sum(), wrt=X)
    assert "svd" in str(found)
    check_latex(found)


def test_an_inner_quantity_and_a_sum() -> None:
    a = Value(2.0, label="a")
    b = a * 3
    y = (b * b).exp()
    found = explain(y.log(), wrt=b)
    assert found.gradient == {"b": pytest.approx(12.0)}
    T = Tensor([1.0, 2.0], requires_grad=True)
    assert "∂Σ y/∂T" in str(explain(T * T, wrt=T))


NODE, KATEX = shutil.which("node"), Path(__file__).parents[3] / ".npm" / "node_modules" / "katex"
NAMES = ["encoder[2].weight", "$\\Gamma$", "\\frac{", "a\nb", "}^2_", "</b>", "&", "x'", 'y"', "δ1", "a_b", "%", "½®é~"]
READ = """
const { katex, texts } = JSON.parse(require("node:fs").readFileSync(0, "utf-8"));
const lacking = ["unknownSymbol", "unicodeTextInMathMode", "mathVsTextAccents"]; // signs that its fonts lack
console.warn = () => {};
for (const text of texts) {
  const strict = (code) => (lacking.includes(code) ? "ignore" : "error");
  try { require(katex).renderToString(text, { displayMode: true, throwOnError: true, strict }); }
  catch (error) { console.log(error.message); }
}
"""


def test_katex_reads_every_derivation() -> None:
    if not (NODE and KATEX.exists()):
        pytest.skip("KaTeX is not installed: make test installs it where npm is present")
    found = [explain(f(Value(0.7, label="a"), Value(1.3, label="b"))) for f in CASES.values()]
    found += [explain(Value(0.7, label=name).tanh() * Value(1.3, label="b") ** 2 + 1) for name in NAMES]
    rng = np.random.default_rng(3)
    arrays = [rng.normal(size=shape) for shape in ((3, 2), (2, 4), (4,), (4, 2))]
    found += [explain(f, *arrays) for f in (mlp, classifier, attention)]
    texts = [text for each in found for text in each.latex.split("\n\n")]
    asked = json.dumps({"katex": str(KATEX), "texts": texts})
    assert subprocess.run([NODE, "-e", READ], input=asked, text=True, capture_output=True, check=True).stdout == ""


# ---------------------------------------------------------------- size, errors


def test_long_derivations_are_cut() -> None:
    x = y = Value(0.5, label="x")
    for _ in range(1000):
        y = np.sin(y)
    found = explain(y, wrt=x)
    assert len(str(found).splitlines()) < LONGEST + 20
    assert "more lines" in str(found)
    y.backward()
    assert found.gradient["x"] == pytest.approx(x.grad)
    check_latex(found)


def test_many_paths_stay_linear() -> None:
    """2⁵⁰ paths."""
    x = y = Value(0.01, label="x")
    for _ in range(50):
        y = np.sin(y) + y / 3
    found = explain(y, wrt=x)
    y.backward()
    assert found.gradient["x"] == pytest.approx(x.grad)


def test_errors_say_what_to_do() -> None:
    a, b, stranger = Value(1.0, label="a"), Value(2.0, label="b"), Value(3.0, label="stranger")
    y = a * b
    with pytest.raises(ValueError, match=r"was not computed from 'stranger'. There are a, b"):
        explain(y, wrt=stranger)
    with pytest.raises(ValueError, match=r"named 'c'. There are a, b"):
        explain(y, wrt="c")
    with pytest.raises(TypeError, match="one result"):
        explain(y, a)
    with pytest.raises(TypeError, match="by its arguments' names"):
        explain(lambda x: x * x, 2.0, wrt=a)
    with pytest.raises(TypeError, match="wrt is a Value"):
        explain(y, wrt=3.0)
    with pytest.raises(TypeError, match="pass what was computed"):
        explain()


def test_a_wrong_gradient_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both against the description's gradients and against the engine's backward pass."""
    a = Value(2.0, label="a")
    y = a * a
    sweep = recorded_values.sweep
    monkeypatch.setattr(recorded_values, "sweep", lambda *args: {k: g + 1 for k, g in sweep(*args).items()})
    with pytest.raises(RuntimeError, match=r"∂y/∂a is 4.0, but .* gives 5.0"):
        explain(y, wrt=a)
    monkeypatch.undo()

    def wrong(self: Value, *args: Any, **options: Any) -> None:
        right(self, *args, **options)
        for v in self.inputs:
            v.grad += 1

    right = Value.backward
    monkeypatch.setattr(Value, "backward", wrong)
    with pytest.raises(RuntimeError, match="but the engine's"):
        explain(y, wrt=a)


def test_nothing_is_left_behind() -> None:
    E, names = lecture(Value)
    E.backward()
    before = {name: v.grad for name, v in names.items()}
    explain(E, wrt=names["w1"], names=names)
    assert {name: v.grad for name, v in names.items()} == before


# ---------------------------------------------------------------- names


@given(st.text(max_size=12), st.text(max_size=12))
@example("encoder[2].weight", "a_b")
@example("$\\Gamma$", "\\frac{")
@example("a\nb", "}^2_")
@example("</script><b>", "&amp;")
@example("x'", 'y"')
@example("δ1", "E")
@example("", "%")
def test_no_name_breaks_out(one: str, two: str) -> None:
    a, b = Value(0.5, label=one), Value(2.0, label=two)
    y = np.tanh(a * b**2) * a
    found = explain(y, wrt=[a, b])
    y.backward()
    assert [*found.gradient.values()] == pytest.approx([a.grad, b.grad])
    text = str(found)
    assert len(text.splitlines()) == len(text.split("\n"))
    assert all(c == "\n" or c.isprintable() for c in text)
    for line in (found.latex_lines[0], found.latex_lines[-1]):  # both names in a product, a power and a fraction
        mathtext.parse(f"${line}$")
    for line in found.latex_lines:
        assert "$" not in line.replace(r"\$", "")
        assert "&" not in line
        assert r"\\" not in line
        assert "%" not in line.replace(r"\%", "")
        assert "<" not in line


SPECIAL: dict[str, tuple[Callable[[Any], Any], list[float]]] = {
    "far from 0": (lambda x: (nn.functional.elu(x) * nn.functional.selu(x)).sum(), [1000.0, -1000.0]),
    "a product with a zero": (lambda x: x.prod() * 1, [0.0, 3.0]),
    "a branch that was not taken": (lambda x: np.where(x > 0, np.log(abs(x)), x).sum(), [0.0, 2.0]),
    "a norm of zeros": (lambda x: np.hypot(x, 0).sum(), [0.0, 2.0]),
    "0 by what is 0": (lambda x: (0 / x + x).sum(), [0.0, 2.0]),
    "the sign of 0": (lambda x: np.copysign(x, 0.0).sum(), [-3.0, 2.0]),
    "a maximum of NaN": (lambda x: (np.maximum(x, 1.0) * 2).sum(), [np.nan, 2.0]),
    "products with infinity": (lambda x: np.exp(x * 3).prod(), [np.inf, 2.0]),
}


@pytest.mark.parametrize("name", SPECIAL)
def test_at_special_points_the_engine_decides(name: str) -> None:
    """Where a formula has no number, or none that is finite."""
    f, point = SPECIAL[name]
    with np.errstate(all="ignore"):
        expected = grad(f)(np.array(point))
        np.testing.assert_array_equal(explain(f, np.array(point)).gradient["x"], expected)


NAMES = [
    "<img src=x>",
    "$x$",
    "`a` *b* _c_",
    "[a](b)",
    "a | b # c",
    r"\end{aligned}",
    "#x",
    "&#x3c;",
    " ",
    "\xa0",
    "~~",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_no_markup(name: str) -> None:
    """Outside formulas Markdown has its own two stars only; inside them names are LaTeX that can be read."""
    x = Value(2.0, label=name)
    y = np.tanh(x * x + x)
    y.label = name
    found = explain(y, wrt=x)
    check_latex(found)
    outside = "".join(found._repr_markdown_().split("$$")[::2])
    assert not set(re.sub(r"^\*\*|\*\*$|&#\d+;", "", outside, flags=re.M)) & set("<>$`*_[]|#\\~&")
